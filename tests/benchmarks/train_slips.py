"""Train what tells a mistyped name from another name.

usage: python tests/benchmarks/train_slips.py SURNAMES

SURNAMES is a text file whose lines begin with a surname, the commonest first, such as dist.all.last of the PyPI package
`names` (US census). Slips are made by dropping, doubling, swapping a letter or hitting a key beside it; other names are
pairs of surnames equally near. Words of the default model's vocabulary are neither, as they are never taken for slips.
Prints, out of fold and by how common the names are, the share of slips that is recognised and of other names that is
taken for a slip, then the weights.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from bot.spelling.names import is_near
from bot.spelling.slips import _BESIDE, FEATURES, describe
from embeddings.encoder import SentenceTransformerEncoder

RANKS = (3_000, 20_000, 88_000)
PAIRS = 600


def main() -> None:
    """Make pairs, train, print."""
    rng = random.Random(5)
    words = SentenceTransformerEncoder().words()
    ranked = [line.split()[0].lower() for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    rows: list[list[float]] = []
    labels: list[int] = []
    ranks: list[int] = []
    known = {True: 0, False: 0}
    for rank in RANKS:
        pool = [name for name in ranked[:rank] if len(name) >= 6]
        slips = [(slip(name, rng), name) for name in rng.sample(pool, PAIRS)]
        others: list[tuple[str, str]] = []
        while len(others) < PAIRS:
            name = rng.choice(pool)
            near = [other for other in rng.sample(ranked[:rank], min(rank, 8_000)) if is_near(other, name)]
            if near:
                others.append((rng.choice(near), name))
        for is_one, pairs in ((True, slips), (False, others)):
            for asked, name in pairs:
                if asked in words:
                    known[is_one] += 1
                elif asked != name:
                    rows.append(describe(asked, name, words))
                    labels.append(is_one)
                    ranks.append(rank)
    print(
        f"known words, taken for no slip: {known[True]} slips, {known[False]} other names, of {PAIRS * len(RANKS)} each"
    )
    model = LogisticRegression(max_iter=5_000)
    y, at = np.array(labels), np.array(ranks)
    chances = cross_val_predict(model, np.array(rows), y, cv=5, method="predict_proba")[:, 1]
    for rank in RANKS:
        for threshold in (0.4, 0.5, 0.6, 0.7):
            taken = chances >= threshold
            slips_found = taken[(y == 1) & (at == rank)].mean()
            others_taken = taken[(y == 0) & (at == rank)].sum() / PAIRS
            print(f"{rank} commonest, threshold {threshold}: slips {slips_found:.3f}, other names {others_taken:.3f}")
    model.fit(np.array(rows), y)
    print({"bias": round(float(model.intercept_[0]), 3)})
    print({name: round(float(weight), 3) for name, weight in zip(FEATURES, model.coef_[0], strict=True)})


def slip(name: str, rng: random.Random) -> str:
    """`name` with one slip, not in its first letter."""
    at = rng.randrange(1, len(name))
    kind = rng.choice(("drop", "double", "swap", "beside"))
    if kind == "drop":
        return name[:at] + name[at + 1 :]
    if kind == "double":
        return name[:at] + name[at] + name[at:]
    if kind == "swap":
        at = min(at, len(name) - 2)
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + rng.choice(sorted(_BESIDE[name[at]] - {name[at]})) + name[at + 1 :]


if __name__ == "__main__":
    main()
