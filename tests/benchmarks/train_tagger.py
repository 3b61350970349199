"""Train the network that tags reported speech, from a file of PolNeAR (Newell et al. 2018) as JSON.

usage: python tests/benchmarks/train_tagger.py polnear_train.json [--write]

The file is a list of {id, text, annotations}, and the first of the annotations is learned: {attributions: [{source,
cue, content}]}, each of these a list of {spans}, in characters of the text. Of each 15 articles, told apart by a hash
of their ids, one is kept for tests and never read here, one validates, and the others train. Prints how the present
weights do on the validating articles, and how the new ones do; with --write, those become embeddings/quotes/tagger.npz.
The same file gives the same weights, on the same number of threads. 11 minutes on one core, 5 GB of memory and, for
hidden states, 1.5 GB in the folder for temporary files.

The weights in the repository come of this training with another rule for what is speech: a list of 143 words.
What speech_lemmas learns instead leaves out verbs that seldom quote, "announce" and "criticize"; with it, the network
finds quotations as well (F1 0.97 on the file's validating articles and on PolNeAR's dev), and fewer indirect ones.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from spacy.tokens import Doc, Token
from torch.nn import functional

from embeddings.articles import make_article
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.errors import SaidwhatError
from embeddings.quotes.contents import find_contents
from embeddings.quotes.parsing import parse
from embeddings.quotes.tagger import WEIGHTS_FILE, Floats, Tagger, Tags, Whole, tagging_windows, word_features
from embeddings.types import Article, Span

LAYERS, DEPTH = (0, 3, 6), 6  # hidden states that are read, and convolutions, each of twice the reach
STATES = 384 * len(LAYERS)
DROPOUT = 0.2
EPOCHS, BATCH, RATE = 4, 24, 2e-3
SPEECH, BELIEF, CUE, SOURCE = range(4)  # columns of the labels
MARKED = re.compile(r"[\"“”„«»]|^[‘']")
SHARE, DOUBT = 0.08, 30  # see speech_lemmas

Codes = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who is said to have said or thought what, as spans of the article; `marked` where there are quotation marks."""

    sources: tuple[Span, ...]
    cues: tuple[Span, ...]
    contents: tuple[Span, ...]
    marked: bool


@dataclass(frozen=True, slots=True, eq=False)
class Annotated:
    """An article with its attributions, parsed. `words` are the offsets in the article's text, int64, (words, 2)."""

    article: Article
    attributions: list[Attribution]
    docs: list[Doc]
    words: Whole

    @property
    def paragraphs(self) -> list[str]:
        return [self.article.text[paragraph.start : paragraph.end] for paragraph in self.article.paragraphs]


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Words that are tagged at once: `states` float16 (words, STATES), the rest int64; no label is -100."""

    states: np.ndarray
    features: Whole
    heads: Whole
    labels: Whole


def read_file(path: Path, only: int | None) -> tuple[list[Annotated], list[Annotated]]:
    """The articles to train on and those to validate on. Exits with a sentence where the file is not to be used."""
    try:
        items = [
            (make_article(item["id"], item["text"], {}), [_attribution(item["text"], one) for one in _first(item)])
            for item in json.loads(path.read_text(encoding="utf-8"))[:only]
            if _fold(item["id"]) != 0
        ]
    except OSError as error:
        raise SystemExit(f"{path} cannot be read ({error.strerror}): give the path of a file of PolNeAR.") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise SystemExit(
            f"{path} is no file of PolNeAR as JSON, a list of {{id, text, annotations}}:"
            " the first lines of train_tagger.py tell what it should hold."
        ) from error
    parts: tuple[list[Annotated], list[Annotated]] = [], []
    for article, attributions in items:
        parts[_fold(article.id) == 1].append(_parsed(article, [one for one in attributions if one.contents]))
    if not all(any(annotated.attributions for annotated in part) for part in parts):
        raise SystemExit(
            f"{path} has too few articles with attributions ({len(items)} articles) to train and validate."
        )
    return parts


def _fold(article_id: str) -> int:
    return int(hashlib.sha1(article_id.encode(), usedforsecurity=False).hexdigest(), 16) % 15


def _first(item: Any) -> Any:
    return item["annotations"][0]["attributions"]


def _attribution(text: str, stored: Any) -> Attribution:
    sources, cues, held = (
        tuple(Span(int(start), int(end)) for part in stored[name] for start, end in part["spans"])
        for name in ("source", "cue", "content")
    )
    return Attribution(sources, cues, held, bool(MARKED.search(" ".join(text[s.start : s.end] for s in held).strip())))


def _parsed(article: Article, attributions: list[Attribution]) -> Annotated:
    docs = parse([article.text[paragraph.start : paragraph.end] for paragraph in article.paragraphs])
    words = np.concatenate([_places(doc) + p.start for p, doc in zip(article.paragraphs, docs, strict=True)])
    return Annotated(article, attributions, docs, words)


def _places(doc: Doc) -> Whole:
    return np.array([(token.idx, token.idx + len(token)) for token in doc], dtype=np.int64).reshape(-1, 2)


def _within(words: Whole, spans: Iterable[Span]) -> Whole:
    """The words whose middle is in one of the spans."""
    middle = (words.sum(axis=1) - 1) / 2
    inside = np.zeros(len(words), dtype=bool)
    for span in spans:
        inside |= (middle >= span.start) & (middle < span.end)
    return np.flatnonzero(inside)


def cue_lemmas(annotated: Annotated) -> list[set[str]]:
    """Of each attribution, the lemmas of its cue's verbs; where it has none, of its nouns; or else of all its words."""
    tokens = [token for doc in annotated.docs for token in doc]
    found = []
    for attribution in annotated.attributions:
        cue: list[Token] = [tokens[i] for i in _within(annotated.words, attribution.cues)]
        kinds = ([t for t in cue if t.pos_ == "VERB"], [t for t in cue if t.pos_ == "NOUN"], cue)
        found.append({token.lemma_.lower() for token in next(filter(None, kinds), [])})
    return found


def speech_lemmas(part: Sequence[Annotated]) -> set[str]:
    """Cues of speech, not of belief: PolNeAR does not tell them apart, but only what was said stands between marks.

    A lemma counts from a share of quoted contents of SHARE, as if there were DOUBT more of it that are not quoted.
    Without these, "say" has 0.6 and "warn" 0.3, "believe" 0.03 and "endorse" 0.01.
    """
    uses: Counter[str] = Counter()
    quoted: Counter[str] = Counter()
    for annotated in part:
        for attribution, lemmas in zip(annotated.attributions, cue_lemmas(annotated), strict=True):
            uses.update(lemmas)
            if attribution.marked:
                quoted.update(lemmas)
    return {lemma for lemma, count in quoted.items() if count >= SHARE * (uses[lemma] + DOUBT)}


def is_speech(annotated: Annotated, lemmas: set[str]) -> list[bool]:
    """Of each attribution, whether it is of speech."""
    return [
        attribution.marked or bool(own & lemmas)
        for attribution, own in zip(annotated.attributions, cue_lemmas(annotated), strict=True)
    ]


def labels(annotated: Annotated, speech: Sequence[bool]) -> Whole:
    """Of each word, int64 of shape (words, 4): of speech and belief 1 inside, 2 begin; of cue and source 2 speech's."""
    found = np.zeros((len(annotated.words), 4), dtype=np.int64)
    spans: list[tuple[Span, int]] = []
    for attribution, spoken in zip(annotated.attributions, speech, strict=True):
        spans += [(span, SPEECH if spoken else BELIEF) for span in attribution.contents]
        for column, own in ((CUE, attribution.cues), (SOURCE, attribution.sources)):
            inside = _within(annotated.words, own)
            found[inside, column] = np.maximum(found[inside, column], 2 if spoken else 1)
    for span, column in sorted(spans, key=lambda each: (each[0].start - each[0].end, each[0].start)):
        inside = _within(annotated.words, [span])
        new = inside[found[inside, column] == 0]  # a longer content may hold some of it
        found[new, column] = 1
        if len(new) and len(new) == len(inside):
            found[new[0], column] = 2
    return found


def make_codes(part: Sequence[Annotated]) -> Codes:
    """Numbers from 1 for spaCy's tags, dependencies and entity types that occur."""
    tokens = [token for annotated in part for doc in annotated.docs for token in doc]
    kinds = {"tag": {t.tag_ for t in tokens}, "dep": {t.dep_ for t in tokens}, "ent": {t.ent_type_ for t in tokens}}
    return {kind: {name: number for number, name in enumerate(sorted(names), 1)} for kind, names in kinds.items()}


def make_windows(
    part: Sequence[Annotated], codes: Codes, lemmas: set[str], states_of: Callable[..., Floats]
) -> list[Window]:
    """The windows of all articles; their states are in a temporary file, which goes with the last of them."""
    with tempfile.TemporaryFile() as file:
        total = sum(len(annotated.words) for annotated in part)
        stored = np.memmap(file, dtype=np.float16, mode="w+", shape=(total, STATES))
    found = []
    first = 0
    for number, annotated in enumerate(part, 1):
        features, heads = word_features(annotated.paragraphs, annotated.docs, codes)
        wanted = labels(annotated, is_speech(annotated, lemmas))
        rows = stored[first : first + len(features)]
        rows[:] = states_of(annotated.paragraphs, [_places(doc) for doc in annotated.docs], LAYERS)
        for context, start, end in tagging_windows(np.cumsum([len(doc) for doc in annotated.docs])):
            local = np.clip(heads[context:end] - context, 0, end - context - 1)
            own = wanted[context:end].copy()
            own[: start - context] = -100
            found.append(Window(rows[context:end], features[context:end], local, own))
        first += len(features)
        if number % 100 == 0:
            print(f"hidden states of {number} articles of {len(part)}", flush=True)
    return found


class Network(torch.nn.Module):
    """What embeddings.quotes.tagger.Tagger computes, with its names for the weights, to be trained."""

    def __init__(self, codes: Codes) -> None:
        super().__init__()
        table, linear = torch.nn.Embedding, torch.nn.Linear
        self.proj = linear(STATES, 128)
        self.tag, self.dep, self.ent = (
            table(len(codes[kind]) + 1, size) for kind, size in (("tag", 16), ("dep", 16), ("ent", 8))
        )
        self.q, self.sh, self.bnd = table(4, 8), table(7, 8), table(3, 4)
        self.hproj = linear(128, 64)
        self.inp = linear(128 + 8 + 8 + 4 + 16 + 16 + 8 + 64 + 16, 144)
        self.conv = torch.nn.ModuleList(
            [torch.nn.Conv1d(144, 144, 3, padding=2**layer, dilation=2**layer) for layer in range(DEPTH)]
        )
        self.cn = torch.nn.ModuleList([torch.nn.LayerNorm(144) for _ in range(DEPTH)])
        self.out = linear(144, 12)
        self.dropout = torch.nn.Dropout(DROPOUT)

    def forward(
        self, states: torch.Tensor, features: torch.Tensor, heads: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        """Logits of shape (windows, words, 4, 3); `mask`, of shape (windows, words, 1), is 0 after a window's end."""
        tag, dependency, entity, quotation, shape, boundary = features.unbind(-1)
        rows = torch.relu(self.proj(self.dropout(functional.layer_norm(states, (STATES,)))))
        of_heads = torch.gather(self.hproj(rows), 1, heads[..., None].expand(-1, -1, 64))
        parts = [
            rows,
            self.q(quotation),
            self.sh(shape),
            self.bnd(boundary),
            self.tag(tag),
            self.dep(dependency),
            self.ent(entity),
            torch.relu(of_heads),
            self.tag(torch.gather(tag, 1, heads)),
        ]
        hidden = torch.relu(self.inp(self.dropout(torch.cat(parts, -1)))) * mask
        for convolution, norm in zip(self.conv, self.cn, strict=True):
            mixed = convolution((norm(hidden) * mask).transpose(1, 2)).transpose(1, 2)
            hidden = (hidden + self.dropout(torch.relu(mixed))) * mask
        logits: torch.Tensor = self.out(self.dropout(hidden))
        return logits.reshape(*mask.shape[:2], 4, 3)


def train(windows: list[Window], codes: Codes) -> Network:
    """AdamW over shuffled batches of windows of like length, one rise and fall of the rate in all."""
    torch.manual_seed(0)
    dice = random.Random(0)
    model = Network(codes)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    steps = EPOCHS * -(-len(windows) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.15)
    windows = list(windows)
    for epoch in range(1, EPOCHS + 1):
        losses = []
        for batch in _batches(windows, dice):
            states, features, heads, wanted = _padded(batch)
            mask = (torch.arange(states.shape[1]) < torch.tensor([[len(w.heads)] for w in batch]))[..., None].float()
            logits = model(states, features, heads, mask)
            loss = functional.cross_entropy(logits.flatten(0, 2), wanted.flatten(), ignore_index=-100)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch} of {EPOCHS}: loss {np.mean(losses):.4f}", flush=True)
    return model.eval()


def _batches(windows: list[Window], dice: random.Random) -> list[list[Window]]:
    dice.shuffle(windows)
    batches = []
    for at in range(0, len(windows), 20 * BATCH):
        like = sorted(windows[at : at + 20 * BATCH], key=lambda window: len(window.heads))
        batches += [like[i : i + BATCH] for i in range(0, len(like), BATCH)]
    dice.shuffle(batches)
    return batches


def _padded(batch: Sequence[Window]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    shape = len(batch), max(len(window.heads) for window in batch)
    states = np.zeros((*shape, STATES), dtype=np.float32)
    features, heads = np.zeros((*shape, 6), dtype=np.int64), np.zeros(shape, dtype=np.int64)
    wanted = np.full((*shape, 4), -100, dtype=np.int64)
    for row, window in enumerate(batch):
        length = len(window.heads)
        states[row, :length], features[row, :length] = window.states, window.features
        heads[row, :length], wanted[row, :length] = window.heads, window.labels
    return torch.from_numpy(states), torch.from_numpy(features), torch.from_numpy(heads), torch.from_numpy(wanted)


def write(file: Path, model: Network, codes: Codes) -> None:
    """The weights as float16 arrays, with what Tagger must know as JSON."""
    meta = json.dumps({"layers": LAYERS, "depth": DEPTH, **codes})
    arrays = {name: tensor.numpy().astype(np.float16) for name, tensor in model.state_dict().items()}
    np.savez_compressed(file, meta=np.array(meta), **arrays)


def report(name: str, tagger: Tagger, part: Sequence[Annotated], lemmas: set[str]) -> None:
    """Precision, recall and F1: of quotes, found where half of the shorter stretch is shared, and of words."""
    counts = {kind: np.zeros(3) for kind in ("direct, mixed", "indirect", "speech", "belief", "cue", "source")}
    for annotated in part:
        article, speech = annotated.article, is_speech(annotated, lemmas)
        tags = tagger.tag(annotated.paragraphs, annotated.docs)
        found = find_contents(article.text, article.paragraphs, annotated.docs, tags)
        for kind, marked in (("direct, mixed", True), ("indirect", False)):
            own = [range(one.start, one.end) for one in found if (one.kind != "indirect") == marked]
            counts[kind] += _counts(annotated.attributions, speech, own, marked)
        wanted = labels(annotated, speech) > [[0, 0, 1, 1]]
        for column, kind in enumerate(("speech", "belief", "cue", "source")):
            tagged = np.concatenate([_tagged(one)[:, column] for one in tags])
            gold = wanted[:, column]
            counts[kind] += [(tagged & gold).sum(), (tagged & ~gold).sum(), (gold & ~tagged).sum()]
    for kind, (right, wrong, missed) in counts.items():
        unit = "quotes" if kind in ("direct, mixed", "indirect") else "words"
        precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
        f1 = 2 * right / max(1, 2 * right + wrong + missed)
        print(
            f"{name:8} {kind:14} {right + missed:6.0f} {unit:7}"
            f" precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}",
            flush=True,
        )


def _counts(gold: Sequence[Attribution], speech: Sequence[bool], found: Sequence[range], marked: bool) -> list[int]:
    """How many quotes are right, wrong (no attribution's content, not even a belief's) and missed."""
    stretches = [{i for span in one.contents for i in range(span.start, span.end)} for one in gold]
    shared = [[len(one & set(own)) * 2 >= min(len(one), len(own)) for own in found] for one in stretches]
    wanted = [row for row, one, spoken in zip(shared, gold, speech, strict=True) if spoken and one.marked == marked]
    right = sum(any(row) for row in wanted)
    return [right, sum(not any(row[i] for row in shared) for i in range(len(found))), len(wanted) - right]


def _tagged(tags: Tags) -> np.ndarray:
    """Whether each word is tagged, bool of shape (words, 4)."""
    return np.stack([1 - tags.speech[:, 0], tags.belief, tags.cue, tags.source], axis=1) > 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="polnear_train.json")
    parser.add_argument("--articles", type=int, help="only the first of the file, to try the script")
    parser.add_argument("--write", action="store_true", help="replace embeddings/quotes/tagger.npz")
    args = parser.parse_args()
    try:
        run(args.file, args.articles, args.write)
    except SaidwhatError as error:
        raise SystemExit(str(error)) from error


def run(path: Path, only: int | None, replace: bool) -> None:
    training, validating = read_file(path, only)
    print(f"{len(training)} articles to train on, {len(validating)} to validate on", flush=True)
    lemmas = speech_lemmas(training)
    print(f"{len(lemmas)} cues of speech: {', '.join(sorted(lemmas))}", flush=True)
    codes, states_of = make_codes(training), SentenceTransformerEncoder().word_states
    model = train(make_windows(training, codes, lemmas, states_of), codes)
    if WEIGHTS_FILE.exists():
        report("present", Tagger(states_of), validating, lemmas)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / WEIGHTS_FILE.name
        write(file, model, codes)
        report("new", Tagger(states_of, file), validating, lemmas)
        if replace:
            WEIGHTS_FILE.write_bytes(file.read_bytes())
            print(f"written to {WEIGHTS_FILE}")


if __name__ == "__main__":
    main()
