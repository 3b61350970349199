"""Train the reader on files in SQuAD's format, on candidates as the ranking finds them out of fold.

usage: python tests/benchmarks/train_reader.py squad1_train_part.json squad2_tune.json [--folds 4] [--write]

Prints, for each fold by article, hit@1 on each file with and without the reader, the AUROC of its score (answerable
against not), and how often it finds the answer's very words; with --write it then trains on all articles and writes
embeddings/reader.onnx and embeddings/reader.npz. About half an hour a fold on two cores. Needs, beside the test
requirements, `pip install onnx lemminflect` and Debian's package `wordnet-base`.
"""

from __future__ import annotations

import copy
import math
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

from embeddings.encoder import SentenceTransformerEncoder
from embeddings.reader import LAYER, LONGEST_QUESTION, NETWORK_FILE, PROJECTION_FILE, Reader
from tests.benchmarks.train_ranking import Told, linear_weights, padded, read_arguments, train_head
from tests.benchmarks.unanswerable import Unanswerable

SIZE = 128  # of what is kept of a piece's hidden state
EPOCHS, BATCH, RATE = 5, 24, 4e-4
CANDIDATES = 8  # best ranked sentences that negatives are drawn from
WEIGHT = 0.8  # of the reader's score beside the ranking's
MADE_SHARE = 0.7  # of the questions made to have no answer, how many are shown in an epoch


@dataclass
class Example:
    """A question of article `told` with its candidates: positions of sentences, best ranked first."""

    told: int
    asked: int
    candidates: list[int]
    scores: list[float]
    right: list[bool]
    made: list[np.ndarray] = field(default_factory=list)


class Network(nn.Module):
    """The last layers of the default model over [question; sentence], with an outlet for the score and the words."""

    def __init__(self, states: np.ndarray) -> None:
        super().__init__()
        model: Any = SentenceTransformerEncoder()._network[0]
        model = copy.deepcopy(model.auto_model)
        model.set_attn_implementation("eager")
        self.layers = nn.ModuleList(model.encoder.layer[LAYER:])
        for layer in self.layers:
            layer.attention.self.dropout.p = 0.0  # the most expensive one, and the least of use
        self.down, self.up = nn.Linear(384, SIZE), nn.Linear(SIZE, 384)
        mean = states.mean(0)
        axes = np.linalg.eigh(np.cov((states - mean).T))[1][:, ::-1][:, :SIZE].T
        with torch.no_grad():  # the principal components, to begin with
            self.down.weight.copy_(torch.from_numpy(axes.copy()))
            self.down.bias.copy_(torch.from_numpy(-axes @ mean))
            self.up.weight.copy_(self.down.weight.T)
            self.up.bias.copy_(torch.from_numpy(mean))
        self.side = nn.Parameter(torch.zeros(2, 384))
        self.score, self.words = nn.Linear(384, 1), nn.Linear(384, 2)
        for outlet in (self.score, self.words):
            nn.init.normal_(outlet.weight, std=0.02)
            nn.init.zeros_(outlet.bias)

    def forward(
        self, question: torch.Tensor, small: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores of shape (n,) and logits of each piece to be the first and the last, shape (n, pieces, 2)."""
        state = torch.cat([question + self.side[0], self.up(small) + self.side[1]], 1)
        for layer in self.layers:
            out = layer(state, attention_mask=mask)
            state = out[0] if isinstance(out, tuple) else out
        return self.score(state[:, 0])[:, 0], self.words(state[:, question.shape[1] :])


Pair = tuple[np.ndarray, np.ndarray]
"""The hidden states of a question and of a sentence."""


def run(network: Network, pairs: Sequence[Pair]) -> tuple[torch.Tensor, torch.Tensor]:
    questions, question_mask = padded([question for question, _ in pairs])
    sentences, sentence_mask = padded([sentence for _, sentence in pairs])
    mask = torch.zeros(len(pairs), question_mask.shape[1] + sentence_mask.shape[1])
    mask = mask.masked_fill(~torch.cat([question_mask, sentence_mask], 1), -1e4)[:, None, None]
    with torch.autocast("cpu", torch.bfloat16):
        scores, words = network(questions.float(), network.down(sentences.float()), mask)
    return scores.float(), words.float().masked_fill(~sentence_mask[..., None], -1e4)


def examples(articles: Sequence[Told], folds: int) -> list[Example]:
    """Every question with its candidates, ranked by a ranking that has not seen its article."""
    found = []
    for fold in range(folds):
        seen = [article for number, article in enumerate(articles) if number % folds != fold]
        model = train_head(seen, linear_weights(seen))
        for number in range(fold, len(articles), folds):
            article = articles[number]
            with torch.no_grad():
                every = model(article, article.asked)
            for place, (asked, scores) in enumerate(zip(article.asked, every, strict=True)):
                order = scores.argsort(descending=True, stable=True).tolist()
                kept = [c for rank, c in enumerate(order) if rank < CANDIDATES or asked.answers[c]]
                found.append(
                    Example(
                        number,
                        place,
                        [int(asked.positions[c]) for c in kept],
                        [float(scores[c]) for c in kept],
                        [bool(asked.answers[c]) for c in kept],
                    )
                )
    return found


def add_made(articles: Sequence[Told], every: Sequence[Example]) -> None:
    """Give each question that has an answer the hidden states of questions made from it that have none."""
    encoder = SentenceTransformerEncoder()
    for number, article in enumerate(articles):
        own = [example for example in every if example.told == number and any(example.right)]
        answering = [article.sentences[example.candidates[example.right.index(True)]] for example in own]
        texts = [article.asked[example.asked].text for example in own]
        made = Unanswerable(article.sentences, number).made_from(texts, answering)
        states = iter(encoder._hidden([text for group in made for text in group]))
        for example, group in zip(own, made, strict=True):
            example.made = [next(states)[2][:LONGEST_QUESTION].astype(np.float16) for _ in group]
        print(f"{sum(map(len, made))} questions made for article {number + 1} of {len(articles)}", flush=True)


def train(articles: Sequence[Told], every: Sequence[Example]) -> Network:
    torch.manual_seed(0)
    dice = random.Random(0)
    sample = np.random.default_rng(0)
    told = sorted({example.told for example in every})
    some = [articles[t].lower[k] for t in told for k in sample.choice(len(articles[t].lower), 40)]
    network = Network(np.concatenate(some).astype(np.float32)).train()
    decayed = [parameter for parameter in network.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in network.parameters() if parameter.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}], lr=RATE
    )
    steps = EPOCHS * math.ceil(len(every) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (0.06 * steps)) * max(0.01, 1 - step / steps)
    )
    averaged, done, shuffled = copy.deepcopy(network), 0, list(every)
    for epoch in range(EPOCHS):
        dice.shuffle(shuffled)
        groups = [group for example in shuffled if (group := _drawn(example, articles, dice))]
        batches = []
        for at in range(0, len(groups), BATCH * 30):  # sentences of like length go together
            near = sorted(groups[at : at + BATCH * 30], key=lambda group: max(len(p[0][1]) for p in group))
            batches += [near[i : i + BATCH] for i in range(0, len(near), BATCH)]
        dice.shuffle(batches)
        for batch in batches:
            optimizer.zero_grad()
            loss = _loss(network, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            done += 1
            keep = min(0.999, (1 + done) / (10 + done))
            with torch.no_grad():
                for mean, parameter in zip(averaged.parameters(), network.parameters(), strict=True):
                    mean.lerp_(parameter, 1 - keep)
        print(f"epoch {epoch + 1} of {EPOCHS} done, last loss {loss.item():.3f}", flush=True)
    return averaged.eval()


Drawn = tuple[Pair, bool, tuple[int, int] | None]
"""A pair, whether the sentence answers, and with which pieces."""


def _drawn(example: Example, articles: Sequence[Told], dice: random.Random) -> list[Drawn]:
    """A sentence that answers, where there is one, likely ones that do not, and it again for questions made so."""
    article = articles[example.told]
    asked = article.asked[example.asked]
    right = [c for c, answers in zip(example.candidates, example.right, strict=True) if answers]
    wrong = [c for c, answers in zip(example.candidates, example.right, strict=True) if not answers][:6]
    drawn: list[Drawn] = []
    if right:
        chosen = dice.choice(right)
        drawn.append(((asked.lower, article.lower[chosen]), True, asked.spans.get(chosen)))
    count = 1 if asked.is_stranger else 2
    if asked.tempting:
        tempting = dice.choice(asked.tempting)
        drawn.append(((asked.lower, article.lower[tempting]), False, None))
        wrong = [c for c in wrong if c != tempting]
        count = 1
    for _ in range(min(count, len(wrong))):
        worth = [2.0, *(1 / (1 + 0.3 * rank) for rank in range(1, len(wrong)))]
        taken = wrong.pop(dice.choices(range(len(wrong)), worth)[0])
        drawn.append(((asked.lower, article.lower[taken]), False, None))
    if right:
        for states in dice.sample(example.made, min(2, len(example.made))):
            if dice.random() < MADE_SHARE:
                drawn.append(((states, article.lower[chosen]), False, None))
    return drawn


def _loss(network: Network, batch: Sequence[Sequence[Drawn]]) -> torch.Tensor:
    """Whether each sentence answers; which of a question's does; and with which words."""
    every = [one for group in batch for one in group]
    scores, words = run(network, [pair for pair, _, _ in every])
    right = torch.tensor([float(answers) for _, answers, _ in every])
    loss = nn.functional.binary_cross_entropy_with_logits(scores, right)
    listed, at = [], 0
    for group in batch:
        if group[0][1] and len(group) > 1:
            listed.append(scores[at : at + len(group)].logsumexp(0) - scores[at])
        at += len(group)
    if listed:
        loss = loss + 0.5 * torch.stack(listed).mean()
    spans = [(row, span) for row, (_, _, span) in enumerate(every) if span and span[1] < words.shape[1]]
    if spans:
        logs = words.log_softmax(1)
        found = [-(logs[row, first, 0] + logs[row, last, 1]) / 2 for row, (first, last) in spans]
        loss = loss + 0.5 * torch.stack(found).mean()
    return loss


def report(reader: Reader, articles: Sequence[Told], every: Sequence[Example], files: Sequence[Path]) -> None:
    """What the reader, as it is stored, does on articles that it has not seen."""
    for number, path in enumerate(files):
        without, together, words, sure, answerable = [], [], [], [], []
        for example in every:
            article = articles[example.told]
            if article.file != number:
                continue
            asked = article.asked[example.asked]
            top = example.candidates[:3]
            read = reader.read(asked.lower.astype(np.float32), [reader.kept(article.lower[c]) for c in top])
            scores = np.array(example.scores[:3]) + WEIGHT * np.array([reading.score for reading in read])
            best = int(scores.argmax())
            sure.append(read[best].score)
            answerable.append(asked.answerable)
            if asked.answerable:
                without.append(example.right[0])
                together.append(example.right[best])
                if example.right[best] and top[best] in asked.spans:
                    words.append((read[best].first, read[best].last) == asked.spans[top[best]])
        if without:
            print(
                f"{path.name}: {len(without)} questions  hit@1 {np.mean(without):.3f} without the reader,"
                f" {np.mean(together):.3f} with it; the very words {np.mean(words):.3f}",
                flush=True,
            )
        if not all(answerable):
            print(f"{path.name}: AUROC {roc_auc_score(answerable, sure):.3f}", flush=True)


@torch.no_grad()
def write(network: Network, articles: Sequence[Told], folder: Path) -> None:
    """The projection as float16, so that int8 holds all but the outermost of what is kept; the rest as int8 ONNX."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    states = np.concatenate([rows for article in articles[::3] for rows in article.lower[::7]])
    small = network.down(torch.from_numpy(states).float())
    middle = small.mean(0)
    scale = (small - middle).abs().quantile(0.9995, dim=0) / 127
    stored = copy.deepcopy(network).eval()
    stored.up.bias.data += stored.up.weight @ middle
    stored.up.weight.data *= scale
    some = (torch.randn(3, 14, 384), torch.randn(3, 34, SIZE), torch.zeros(3, 1, 1, 48))
    names = ["question", "sentences", "mask"]
    axes = {
        "question": {0: "n", 1: "asked"},
        "sentences": {0: "n", 1: "pieces"},
        "mask": {0: "n", 3: "all"},
        "scores": {0: "n"},
        "words": {0: "n", 1: "pieces"},
    }
    with tempfile.TemporaryDirectory() as place:
        plain = Path(place) / "plain.onnx"
        torch.onnx.export(
            stored,
            some,
            str(plain),
            input_names=names,
            output_names=["scores", "words"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(plain, folder / NETWORK_FILE.name, weight_type=QuantType.QInt8, per_channel=True)
    np.savez_compressed(
        folder / PROJECTION_FILE.name,
        projection=(network.down.weight / scale[:, None]).numpy().astype(np.float16),
        shift=((network.down.bias - middle) / scale).numpy().astype(np.float16),
    )


def main() -> None:
    args, articles = read_arguments()
    every = examples(articles, args.folds)
    add_made(articles, every)
    for fold in range(args.folds):
        network = train(articles, [example for example in every if example.told % args.folds != fold])
        with tempfile.TemporaryDirectory() as place:
            write(network, articles, Path(place))
            unseen = [example for example in every if example.told % args.folds == fold]
            print(f"fold {fold + 1} of {args.folds}", flush=True)
            report(Reader.load(Path(place)), articles, unseen, args.files)
    if args.write:
        write(train(articles, every), articles, NETWORK_FILE.parent)


if __name__ == "__main__":
    main()
