"""Train what ranks sentences: the late-interaction head and the table of weights, from files in SQuAD's format.

    python tests/benchmarks/train_ranking.py squad2_tune.json squad1_train_part.json --news polnear_train.json [--write]

Prints hit@1, hit@3 and MRR on the articles of the first file that are kept apart from all training, for the questions
that score_passages.py draws and for all. With --write it writes embeddings/late_interaction.npz and
bot/passages/ranking.json.
Fifty minutes on one core, put together from its parts, which were run two at a time: 40 to encode, 7 to train.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from bot.passages.features import NAMES
from bot.passages.ranking import WEIGHTS_FILE
from embeddings.late_interaction import HEAD_FILE
from tests.benchmarks.training_data import Asked, Told, divided, padded, read_arguments

SIZE = 64  # of a token vector
PASSES, DROPOUT = 2, 0.4  # with half as many questions a second pass overfitted
MATCHES = [NAMES.index(name) for name in ("match", "match of previous", "match of following")]
CONFIDENT = ("cosine", "coverage", "names", "rarest", "bigrams")


class Matching(torch.nn.Module):
    """The head and the weights of the other features, trained together."""

    def __init__(self, articles: Sequence[Told], weights: torch.Tensor) -> None:
        super().__init__()
        some = torch.cat([t.states[:40][t.mask[:40]] for t in articles]).float()
        some -= some.mean(0)
        axes = torch.linalg.svd(some.T @ some)[0][:, :SIZE].T.contiguous()
        self.sentence = torch.nn.Parameter(axes.clone())
        self.question = torch.nn.Parameter(axes.clone())
        self.weight = torch.nn.Linear(384, 1)
        torch.nn.init.zeros_(self.weight.weight)
        torch.nn.init.zeros_(self.weight.bias)
        self.log_scale = torch.nn.Parameter(torch.tensor(1.0))
        self.weights = torch.nn.Parameter(weights.clone())
        self.around = torch.nn.Parameter(torch.zeros(2))
        self.dropout = torch.nn.Dropout(DROPOUT)

    def forward(self, article: Told, asked: Sequence[Asked]) -> list[torch.Tensor]:
        """The scores of each question's candidates."""
        queries, query_mask = padded([question.states for question in asked])
        queries = queries.float()
        unit = torch.nn.functional.normalize
        left = unit(self.dropout(queries) @ self.question.T, dim=-1)
        right = unit(self.dropout(article.states.float()) @ self.sentence.T, dim=-1)
        similarity = torch.einsum("bqk,slk->bqsl", left, right).masked_fill(~article.mask, -2).amax(-1)
        worth = torch.nn.functional.softplus(self.weight(queries))[..., 0] * query_mask
        matches = self.log_scale.exp() * torch.einsum("bqs,bq->bs", similarity, worth)
        before = torch.nn.functional.pad(matches, (1, 0))
        after = torch.nn.functional.pad(matches, (0, 1))[:, 1:]
        return [
            q.features @ self.weights
            + matches[i][q.positions]
            + self.around[0] * before[i][q.positions] * q.neighbours[:, 0]
            + self.around[1] * after[i][q.positions] * q.neighbours[:, 1]
            for i, q in enumerate(asked)
        ]


def linear_weights(articles: Sequence[Told]) -> torch.Tensor:
    """Weights of all features but the match: a softmax over each question's candidates, L-BFGS, a little decay."""
    asked = [q for article in articles for q in article.asked if q.answers.any()]
    deviation = torch.cat([q.features for q in asked[::7]]).std(0) + 1e-3
    size = max(len(q.answers) for q in asked)
    features = torch.zeros(len(asked), size, len(NAMES))
    absent = torch.ones(len(asked), size, dtype=torch.bool)
    wrong = torch.ones(len(asked), size, dtype=torch.bool)
    for i, q in enumerate(asked):
        features[i, : len(q.answers)] = q.features / deviation
        absent[i, : len(q.answers)] = False
        wrong[i, : len(q.answers)] = ~q.answers
    weights = torch.zeros(len(NAMES), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=60, history_size=20, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scores = (features @ weights).masked_fill(absent, -1e9)
        value = (scores.logsumexp(1) - scores.masked_fill(wrong, -1e9).logsumexp(1)).mean() + 1e-4 * (weights**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    found = weights.detach() / deviation
    found[MATCHES] = 0
    return found


def train_head(articles: Sequence[Told], start: torch.Tensor, batch: int = 48) -> Matching:
    """Some passes over the questions, a batch of one article a step."""
    torch.manual_seed(0)
    dice = random.Random(0)
    model = Matching(articles, start)
    own = [model.weights, model.log_scale, model.around]
    rest = [parameter for parameter in model.parameters() if all(parameter is not each for each in own)]
    optimizer = torch.optim.AdamW(
        [{"params": rest, "lr": 5e-4, "weight_decay": 0.01}, {"params": own, "lr": 2e-3, "weight_decay": 0.0}]
    )
    steps = []
    for article in [*articles] * PASSES:
        asked = [q for q in article.asked if q.answers.any()]
        dice.shuffle(asked)
        steps += [(article, asked[i : i + batch]) for i in range(0, len(asked), batch)]
    dice.shuffle(steps)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 50) * max(0.02, 1 - step / len(steps))
    )
    for article, asked in steps:
        losses = [
            scores.logsumexp(0) - scores[q.answers].logsumexp(0)
            for q, scores in zip(asked, model(article, asked), strict=True)
        ]
        optimizer.zero_grad()
        torch.stack(losses).mean().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return model.eval()


@dataclass
class Outcome:
    """What came of one question."""

    drawn: bool
    answerable: bool
    rank: float
    evidence: list[float]


def outcomes(article: Told, scores: Sequence[torch.Tensor]) -> list[Outcome]:
    """Rank of the first candidate that answers, and what the confidence is told of the best."""
    found = []
    for q, row in zip(article.asked, scores, strict=True):
        order = row.argsort(descending=True, stable=True)
        right = q.answers[order].nonzero()
        rank = float(right[0]) + 1 if len(right) else math.inf
        best = q.features[order[0]]
        share = float(row.softmax(0).max())
        evidence = [share, *(float(best[NAMES.index(name)]) for name in CONFIDENT)]
        found.append(Outcome(q.drawn, q.answerable, rank, evidence))
    return found


def report(name: str, found: Sequence[Outcome]) -> None:
    for what, chosen in (
        ("drawn", [o for o in found if o.answerable and o.drawn]),
        ("all", [o for o in found if o.answerable]),
    ):
        ranks = np.array([o.rank for o in chosen])
        print(
            f"{name:16} {what:6} {len(ranks):6} questions  hit@1 {np.mean(ranks == 1):.3f}"
            f"  hit@3 {np.mean(ranks <= 3):.3f}  MRR {np.mean(1 / ranks):.3f}",
            flush=True,
        )


def fit_confidence(found: Sequence[Outcome]) -> dict[str, float]:
    """Of "the first answers", for models without a reader: a logistic regression on what was not trained on."""
    evidence = np.array([o.evidence for o in found])
    right = np.array([o.rank == 1 for o in found])
    model = LogisticRegression(C=10.0, max_iter=2000).fit(evidence, right)
    sure = model.predict_proba(evidence)[:, 1]
    answerable = np.array([o.answerable for o in found])
    for threshold in (0.1, 0.15, 0.2, 0.25, 0.3, 0.4):
        refused, answered = np.mean(sure[answerable] < threshold), np.mean(sure[~answerable] >= threshold)
        print(f"threshold {threshold}: answerable refused {refused:.3f}, unanswerable answered {answered:.3f}")
    higher = np.mean(sure[answerable][:, None] > sure[~answerable][None]) if (~answerable).any() else math.nan
    print(f"AUROC answerable against not: {higher:.3f}")
    return {
        "bias": float(model.intercept_[0]),
        **dict(zip(("share", *CONFIDENT), map(float, model.coef_[0]), strict=True)),
    }


def main() -> None:
    """Train, measure, and write."""
    args, articles = read_arguments(__doc__ or "")
    seen, unseen = divided(articles, args.half)
    start = linear_weights(seen)
    model = train_head(seen, start)
    alone: list[Outcome] = []
    joint: list[Outcome] = []
    for article in unseen:
        alone += outcomes(article, [q.features @ start for q in article.asked])
        with torch.no_grad():
            joint += outcomes(article, model(article, article.asked))
    report("without matches", alone)
    report("with matches", joint)
    confidence = fit_confidence(joint)
    if args.write:
        write(start, model, confidence)


def write(start: torch.Tensor, model: Matching, confidence: dict[str, float]) -> None:
    """The head as float16 arrays, the weights as a readable table."""
    with torch.no_grad():
        np.savez(
            HEAD_FILE,
            sentence=model.sentence.numpy().astype(np.float16),
            question=model.question.numpy().astype(np.float16),
            weight=model.weight.weight[0].numpy().astype(np.float16),
            bias=np.float32(model.weight.bias.item()),
            scale=np.float32(model.log_scale.exp().item()),
        )
        joint = model.weights.clone()
    joint[MATCHES] = torch.tensor([1.0, *model.around.tolist()])
    table = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    table["with_matches"], table["without_matches"] = _named(joint), _named(start)
    table["unread"] = {name: round(value, 4) for name, value in confidence.items()}
    WEIGHTS_FILE.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


def _named(weights: torch.Tensor) -> dict[str, float]:
    return {name: round(float(weight), 4) for name, weight in zip(NAMES, weights, strict=True)}


if __name__ == "__main__":
    main()
