"""Train the reader, on candidates as the ranking finds them: after train_ranking.py.

    python tests/benchmarks/train_reader.py squad2_tune.json squad1_train_part.json --news polnear_train.json [--write]

Prints what it does on the articles of the first file that are kept apart from all training: hit@1, hit@3 and MRR with
it and without, the AUROC of its score for the first sentence (answerable questions against others), and how often it
finds the answer's very words. With --write it writes embeddings/reader.onnx and embeddings/reader.npz;
train_confidence.py comes next. More than two hours on two cores. What ships did not come of one run of it: as
questions were added, others went on from the averaged weights of the one before, showing the new questions more often.
Needs, beside the test requirements, `pip install onnx lemminflect` and Debian's package `wordnet-base`.
"""

from __future__ import annotations

import copy
import hashlib
import math
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

from bot.passages.ranking import read_in_turn, with_readings
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.models import DEFAULT_MODEL, load_sentence_transformer, model_folder
from embeddings.reader import LAYER, LONGEST_QUESTION, NETWORK_FILE, PROJECTION_FILE, Reader, Reading
from tests.benchmarks.reading_examples import Example, Made, drawn, examples, made_questions
from tests.benchmarks.train_ranking import linear_weights, train_head
from tests.benchmarks.training_data import Asked, Told, divided, padded, read_arguments

HEADS = 12  # of the default model's attention
SIZE = 192  # of what is kept of a piece's hidden state
EPOCHS, BATCH, RATE = 3, 24, 3e-4
PER_EPOCH = 22_000  # questions shown in an epoch, drawn anew
CHUNK = 24  # pairs of like length that are read at once
WEIGHT = 1.0  # of the reader's score beside the ranking's


class Network(nn.Module):
    """The last layers of the default model over [question; sentence], with an outlet for the score and the words."""

    def __init__(self, states: np.ndarray) -> None:
        super().__init__()
        model: Any = load_sentence_transformer(model_folder(DEFAULT_MODEL, "EMBEDDING_MODEL"))[0]
        model = copy.deepcopy(model.auto_model)
        model.set_attn_implementation("eager")
        self.layers = nn.ModuleList(model.encoder.layer[LAYER:])
        for name, module in self.layers.named_modules():
            if name.endswith("attention.self.dropout") and isinstance(module, nn.Dropout):
                module.p = 0.0  # the most expensive one, and the least of use
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


class _Attend(torch.autograd.Function):
    """What each row of the first attends to, of shape (n, rows, d), in keys and values of shape (n, pieces, d).

    `seen` is 1 for pieces that are there, int32 of shape (n, pieces). In ONNX it is one operator of onnxruntime's.
    """

    @staticmethod
    def forward(
        _: Any, asking: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, seen: torch.Tensor
    ) -> torch.Tensor:
        queries, keys, values = (
            rows.view(*rows.shape[:2], HEADS, -1).transpose(1, 2) for rows in (asking, keys, values)
        )
        found = nn.functional.scaled_dot_product_attention(queries, keys, values, seen.bool()[:, None, None])
        return found.transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(g: Any, asking: Any, keys: Any, values: Any, seen: Any) -> Any:
        no_bias = g.op("prim::Constant")
        no_bias.setType(torch._C.OptionalType.ofTensor())
        return g.op("com.microsoft::MultiHeadAttention", asking, keys, values, no_bias, seen, num_heads_i=HEADS)


class Stored(nn.Module):
    """A Network as it is stored: the same, but that the last layer leaves out what no outlet looks at."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, question: torch.Tensor, sentences: torch.Tensor, seen: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        network, asked = self.network, question.shape[1]
        state = torch.cat([question + network.side[0], network.up(sentences) + network.side[1]], 1)
        layers: list[Any] = list(network.layers)
        for layer in layers:
            rows = torch.cat([state[:, :1], state[:, asked:]], 1) if layer is layers[-1] else state
            own, out = layer.attention.self, layer.attention.output
            attended = _Attend.apply(own.query(rows), own.key(state), own.value(state), seen)  # type: ignore[no-untyped-call]
            rows = out.LayerNorm(out.dense(attended) + rows)
            wide = nn.functional.gelu(layer.intermediate.dense(rows))
            state = layer.output.LayerNorm(layer.output.dense(wide) + rows)
        return network.score(state[:, 0])[:, 0], network.words(state[:, 1:])


Pair = tuple[np.ndarray, np.ndarray]
"""The hidden states of a question and of a sentence."""


def run(network: Network, pairs: Sequence[Pair]) -> tuple[torch.Tensor, torch.Tensor]:
    """The scores of pairs, and the logits of each piece of their sentences, padded."""
    order = sorted(range(len(pairs)), key=lambda number: len(pairs[number][0]) + len(pairs[number][1]))
    longest = max(len(sentence) for _, sentence in pairs)
    scores, words = [], []
    for at in range(0, len(order), CHUNK):
        chunk = [pairs[number] for number in order[at : at + CHUNK]]
        questions, question_mask = padded([question for question, _ in chunk])
        sentences, sentence_mask = padded([sentence for _, sentence in chunk])
        mask = torch.zeros(len(chunk), question_mask.shape[1] + sentence_mask.shape[1])
        mask = mask.masked_fill(~torch.cat([question_mask, sentence_mask], 1), -1e4)[:, None, None]
        with torch.autocast("cpu", torch.bfloat16):
            score, word = network(questions.float(), network.down(sentences.float()), mask)
        scores.append(score.float())
        word = word.float().masked_fill(~sentence_mask[..., None], -1e4)
        words.append(nn.functional.pad(word, (0, 0, 0, longest - word.shape[1]), value=-1e4))
    back = torch.tensor(order).argsort()
    return torch.cat(scores)[back], torch.cat(words)[back]


Shown = tuple[Pair, bool, tuple[int, int] | None]
"""A pair, whether the sentence answers, and with which pieces."""


def shown(example: Example, article: Told, made: Sequence[np.ndarray], dice: random.Random) -> list[Shown]:
    """What is drawn of an example, as hidden states; `made` are those of the questions made from it."""
    asked = article.asked[example.asked]
    return [
        (
            (asked.lower if one.made is None else made[one.made], article.lower[one.sentence]),
            one.answers,
            asked.spans.get(one.sentence) if one.answers else None,
        )
        for one in drawn(example, article, len(made), dice)
    ]


def _states(made: dict[int, list[str]], encoder: SentenceTransformerEncoder) -> dict[int, list[np.ndarray]]:
    """The hidden states of an article's made questions."""
    found = encoder._hidden([text for group in made.values() for text in group], "query")
    states = (lower[:LONGEST_QUESTION].astype(np.float16) for _, _, lower in found)
    return {place: [next(states) for _ in group] for place, group in made.items()}


def train(articles: Sequence[Told], every: Sequence[Example], made: Made) -> Network:
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
    count = min(PER_EPOCH, len(every))
    steps = EPOCHS * math.ceil(count / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (0.06 * steps)) * max(0.01, 1 - step / steps)
    )
    averaged, done = copy.deepcopy(network), 0
    encoder = SentenceTransformerEncoder()
    states = [_states(own, encoder) for own in made]
    for epoch in range(EPOCHS):
        drawn_now = (
            shown(one, articles[one.told], states[one.told].get(one.asked, []), dice)
            for one in dice.sample(every, count)
        )
        groups = [group for group in drawn_now if group]
        batches = []
        for at in range(0, len(groups), BATCH * 30):  # sentences of like length go together
            near = sorted(
                groups[at : at + BATCH * 30], key=lambda group: max(len(sentence) for (_, sentence), _, _ in group)
            )
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


def _loss(network: Network, batch: Sequence[Sequence[Shown]]) -> torch.Tensor:
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


@dataclass
class Outcome:
    """What came of a question that the reader had not seen: the rank of a right sentence without it and with it.

    `score` is the reader's for the first sentence; `words` tells whether it found the answer's very words.
    """

    is_answerable: bool
    without: float
    rank: float
    score: float
    words: bool | None


def outcomes(reader: Reader, articles: Sequence[Told], every: Sequence[Example]) -> list[Outcome]:
    """As bot/passages/ranking.py ranks, with the reader as it is stored."""
    found = []
    for example in every:
        article = articles[example.told]
        asked = article.asked[example.asked]
        if asked.is_stranger:
            continue
        scores = dict(enumerate(example.scores.tolist()))
        order = sorted(scores, key=lambda place: -scores[place])
        read = read_in_turn(order, scores, partial(_read, reader, article, asked))
        readings = {place: (reading.score, reading.certainty) for place, reading in read.items()}
        together = with_readings(scores, readings, WEIGHT)
        after = sorted(together, key=lambda place: -together[place])
        first = read[after[0]]
        span = asked.spans.get(int(asked.positions[after[0]]))
        words = None if span is None else (first.first, first.last) == span
        found.append(Outcome(asked.answerable, _rank(asked, order), _rank(asked, after), first.score, words))
    return found


def _read(reader: Reader, article: Told, asked: Asked, near: Sequence[int]) -> list[Reading]:
    kept = reader.kept([article.lower[int(asked.positions[c])].astype(np.float32) for c in near])
    return reader.read(asked.lower.astype(np.float32), kept)


def _rank(asked: Asked, order: Sequence[int]) -> float:
    return next((rank for rank, place in enumerate(order, 1) if asked.answers[place]), math.inf)


def report(found: Sequence[Outcome]) -> None:
    """Print the figures."""
    yes = [one for one in found if one.is_answerable]
    for name, ranks in (
        ("without reader", np.array([one.without for one in yes])),
        ("with reader", np.array([one.rank for one in yes])),
    ):
        print(
            f"{name:15} {len(ranks)} questions  hit@1 {np.mean(ranks == 1):.3f}  hit@3 {np.mean(ranks <= 3):.3f}"
            f"  MRR {np.mean(1 / ranks):.3f}"
        )
    words = [one.words for one in yes if one.words is not None and one.rank == 1]
    print(f"AUROC {roc_auc_score(*zip(*((one.is_answerable, one.score) for one in found), strict=True)):.3f}")
    print(f"the very words {np.mean(words):.3f}", flush=True)


@torch.no_grad()
def write(network: Network, articles: Sequence[Told], folder: Path) -> None:
    """The projection as float16, so that int8 holds all but the outermost of what is kept; the rest as int8 ONNX."""
    states = np.concatenate([rows for article in articles[::3] for rows in article.lower[::7]])
    small = network.down(torch.from_numpy(states).float())
    middle = small.mean(0)
    scale = (small - middle).abs().quantile(0.9995, dim=0) / 127
    stored = copy.deepcopy(network).eval()
    stored.up.bias.data += stored.up.weight @ middle
    stored.up.weight.data *= scale
    _write_network(stored, folder / NETWORK_FILE.name)
    arrays = {
        "projection": (network.down.weight / scale[:, None]).numpy().astype(np.float16),
        "shift": ((network.down.bias - middle) / scale).numpy().astype(np.float16),
    }
    made = hashlib.sha256(b"".join(array.tobytes() for array in arrays.values()))
    np.savez_compressed(folder / PROJECTION_FILE.name, hash=np.array(made.hexdigest()), **arrays)


@torch.no_grad()
def _write_network(network: Network, into: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    some = (torch.randn(3, 14, 384), torch.randn(3, 34, SIZE), torch.ones(3, 48, dtype=torch.int32))
    names = ["question", "sentences", "seen"]
    axes = {
        "question": {0: "n", 1: "asked"},
        "sentences": {0: "n", 1: "pieces"},
        "seen": {0: "n", 1: "all"},
        "scores": {0: "n"},
        "words": {0: "n", 1: "pieces"},
    }
    with tempfile.TemporaryDirectory() as place:
        plain = Path(place) / "plain.onnx"
        torch.onnx.export(
            Stored(network).eval(),
            some,
            str(plain),
            input_names=names,
            output_names=["scores", "words"],
            dynamic_axes=axes,
            opset_version=17,
            custom_opsets={"com.microsoft": 1},
            dynamo=False,
        )
        quantize_dynamic(plain, into, weight_type=QuantType.QInt8, per_channel=True)


def main() -> None:
    """Train, measure, and write."""
    args, articles = read_arguments(__doc__ or "")
    seen, unseen = divided(articles, args.half)
    ranking = train_head(seen, linear_weights(seen))
    network = train(seen, examples(seen, ranking), made_questions(seen))
    with tempfile.TemporaryDirectory() as place:
        write(network, seen, Path(place))
        report(outcomes(Reader.load(Path(place)), unseen, examples(unseen, ranking)))
    if args.write:
        write(network, seen, NETWORK_FILE.parent)


if __name__ == "__main__":
    main()
