"""Contents, tags and figures in, the speaker of each content out, with the words that say so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.quotes.contents import Content
from embeddings.quotes.entities import Figure, Registry
from embeddings.quotes.first_names import Gender
from embeddings.quotes.names import TITLES
from embeddings.quotes.tagger import Floats, Tags
from embeddings.types import Attribution, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_TAGGED = 0.4  # probability from which a word is part of a cue or a source
_FAINT = 0.1  # the same for a source where a paragraph has no other
_OTHER_SENTENCE, _NO_CUE, _IS_SUBJECT, _GOVERNS = 12.0, 10.0, -6.0, -4.0  # in words of distance
_HE: Gender = "he"
_SHE: Gender = "she"
_GENDERED = dict.fromkeys(("he", "him", "his", "himself"), _HE) | dict.fromkeys(("she", "her", "hers", "herself"), _SHE)
_PLURAL = ("they", "them", "their", "it", "its", "we")
_RELATIVE = ("who", "that", "which", "whom", "whose")
_JOINTS = ("", "(", ")", "-", ".", "'s", "’s")
_LOOSE = ("who", "which", "that", "'s", "’s")
_DASHES = ("―", "—", "–", "-", "--")
_SIGNATURE = 10  # words after the dash
_REACH = 6  # paragraphs back in which a pronoun's name is looked for
_FEW = 2  # words before a quotation that goes on ("Instead, “he just left”")
_SHORTEST = 8  # words and marks of a quote whose speaker is unknown
_TAIL = 9  # words of "of …" that still belong to a description
_SPEAKER_LIMIT = 120  # characters of a description that stands for a speaker without a name


@dataclass(frozen=True, slots=True)
class Attributed:
    """A content with its speaker.

    `evidence` is where the text names the speaker, `source` what stands beside the cue.
    """

    content: Content
    attribution: Attribution
    figure: Figure | None = None
    cue: str | None = None
    evidence: Span | None = None
    source: Span | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring words of a paragraph that were tagged alike."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Link:
    cue: _Run | None
    source: _Run
    cost: float
    near: bool  # whether the cue stands in a sentence of the content


class Attributor:
    """Finds the speakers of one article's contents, in order: later ones may lean on earlier ones."""

    def __init__(self, docs: Sequence[Doc], tags: Sequence[Tags], registry: Registry, found: Sequence[Content]) -> None:
        self._docs, self._registry, self._contents = docs, registry, found
        self._cues = [_runs(doc, tag.any_cue) for doc, tag in zip(docs, tags, strict=True)]
        self._sources = [
            [run for run in _runs(doc, tag.any_source) if _is_nominal(doc, run)]
            for doc, tag in zip(docs, tags, strict=True)
        ]
        self._faint = [
            [run for run in _runs(doc, tag.any_source, _FAINT) if _is_nominal(doc, run)]
            for doc, tag in zip(docs, tags, strict=True)
        ]
        self._done: list[Attributed] = []
        self._groups: dict[str, Figure] = {}
        _learn_genders(docs, registry)

    def attribute(self) -> list[Attributed]:
        """The contents with their speakers. A few words that nobody is named for are no quote, but a title or irony."""
        for content in self._contents:
            found = self._attributed(content)
            if (
                found.figure is not None
                or found.cue is not None
                or (content.kind != "indirect" and content.last - content.first > _SHORTEST)
            ):
                self._done.append(found)
        return self._done

    def _attributed(self, content: Content) -> Attributed:
        before = self._done[-1] if self._done else None
        signature = _signature(self._docs[content.paragraph], content)
        if signature:
            return self._named(content, _Link(None, signature, 0.0, True), content.paragraph)
        link = self._best_link(content)
        if link is None:
            link = self._announced(content)
            if link is None:
                return self._carried(content, before)
            return self._named(content, link, content.paragraph - 1)
        if content.kind == "indirect" and not link.near:
            return Attributed(content, "unknown")  # a report has its cue in its own sentence
        same = before is not None and before.content.paragraph == content.paragraph and before.figure is not None
        if before is not None and same and not link.near and content.kind != "indirect":
            return self._carried(content, before)
        return self._named(content, link, content.paragraph)

    def _carried(self, content: Content, before: Attributed | None) -> Attributed:
        if before is None or before.figure is None or content.kind == "indirect":
            return Attributed(content, "unknown")
        after = before.content.last if before.content.paragraph == content.paragraph else 0
        if not _opens_sentence(self._docs[content.paragraph], content, after):
            return Attributed(content, "unknown")
        gap = content.paragraph - before.content.paragraph
        whole = _is_whole_paragraph(self._docs[content.paragraph], content, self._contents)
        if gap == 0 or (gap == 1 and (whole or before.content.open_end)):
            return Attributed(content, "carried", before.figure, before.cue, before.evidence)
        return Attributed(content, "unknown")

    def _named(self, content: Content, link: _Link, paragraph: int) -> Attributed:
        doc = self._docs[paragraph]
        cue = _text(doc[link.cue.first : link.cue.last]) if link.cue else None
        inner = _inner_cue(doc, content, link) if paragraph == content.paragraph else None
        cue = inner.text if inner is not None else cue
        root = _head(doc, link.source)
        figure, evidence, attribution = self._speaker(paragraph, root, link.source)
        source = self._registry.words_span(paragraph, link.source.first, link.source.last)
        return Attributed(content, attribution, figure, cue, evidence, source if figure else None)

    # --- which source ------------------------------------------------------------------------------------------

    def _best_link(self, content: Content) -> _Link | None:
        """The cue and the source nearest to a content, in its paragraph."""
        links = sorted(self._links(content), key=lambda link: link.cost)
        return links[0] if links else None

    def _links(self, content: Content) -> Iterator[_Link]:
        doc = self._docs[content.paragraph]
        place = _Run(content.first, content.last)
        sentences = _sentence_numbers(doc)
        own = range(sentences[content.first], sentences[content.last - 1] + 1)
        inside = [other for other in self._contents if other.paragraph == content.paragraph]
        sources = [run for run in self._sources[content.paragraph] if not _within(run, inside)]
        if not sources:
            sources = [run for run in self._faint[content.paragraph] if not _within(run, inside)]
        cues = [run for run in self._cues[content.paragraph] if not _within(run, inside)]
        governors = {token.head.i for token in doc[content.first : content.last]} - set(
            range(content.first, content.last)
        )
        for source in sources:
            near = sentences[source.first] in own
            yield _Link(None, source, _gap(source, place) + _NO_CUE + (not near) * _OTHER_SENTENCE, near)
            subjects = _subjects(doc, source)
            for cue in cues:
                near = sentences[cue.first] in own or sentences[cue.last - 1] in own
                cost = _gap(cue, place) + _gap(source, cue) + (not near) * _OTHER_SENTENCE
                cost += _OTHER_SENTENCE * (sentences[source.first] != sentences[cue.first])
                if any(cue.first <= verb < cue.last for verb in subjects):
                    cost += _IS_SUBJECT
                if any(cue.first <= verb < cue.last for verb in governors):
                    cost += _GOVERNS
                yield _Link(cue, source, cost, near)

    def _announced(self, content: Content) -> _Link | None:
        """The last source of the paragraph before, where that paragraph announces what follows with a colon."""
        number = content.paragraph - 1
        if number < 0 or content.first > 2:
            return None
        inside = [other for other in self._contents if other.paragraph == number]
        sources = [run for run in self._sources[number] if not _within(run, inside)]
        cues = self._cues[number]
        if not self._docs[number].text.rstrip().endswith(":"):
            # a paragraph that is all quotation, after one that tells who spoke but quotes nothing
            start = max((token.i for token in self._docs[number] if token.is_sent_start), default=0)
            sources = [run for run in sources if run.first >= start]
            if (
                inside
                or content.kind != "direct"
                or not _is_whole_paragraph(self._docs[content.paragraph], content, self._contents)
            ):
                return None
        if not sources:
            return None
        cue = cues[-1] if cues else None
        source = min(sources, key=lambda run: _gap(run, cue) if cue else -run.first)
        return _Link(cue, source, 0.0, True)

    # --- who the source is -------------------------------------------------------------------------------------

    def _speaker(self, number: int, root: Token, run: _Run) -> tuple[Figure | None, Span | None, Attribution]:
        doc = self._docs[number]
        words = self._registry.words_span(number, run.first, run.last)
        if root.lower_ in _RELATIVE:
            head = next((token for token in root.ancestors if token.dep_ == "relcl"), root).head
            if head.i != root.i and head.lower_ not in _RELATIVE:
                return self._speaker(number, head, _Run(head.left_edge.i, head.i + 1))
            return None, None, "unknown"
        gender = _GENDERED.get(root.lower_)
        if gender:
            antecedent = self._antecedent(number, root.i, gender)
            return (*antecedent, "resolved") if antecedent else (None, None, "unknown")
        if root.pos_ == "PRON" and root.lower_ in _PLURAL:
            return self._plural(number, root)
        if root.lower_ in ("i", "me", "you", "one", "us"):
            return None, None, "unknown"
        figure = self._figure_at(number, root, run)
        if figure is not None:
            return figure, words, "explicit"
        described = self._described(number, root, run)
        if described is not None:
            return (*described, "resolved")
        first, last = _phrase(root, run)
        return self._group(_text(doc[first:last])), self._registry.words_span(number, first, last), "explicit"

    def _figure_at(self, number: int, root: Token, run: _Run) -> Figure | None:
        """The figure that a source names: by its head, or by an apposition to it."""
        doc, of_mention = self._docs[number], self._registry.of_mention
        if (number, root.i) in of_mention:
            return of_mention[number, root.i]
        for token in doc[run.first : run.last]:
            figure = of_mention.get((number, token.i))
            if figure is not None and figure.kind == "person" and token.dep_ == "appos":
                return figure
        if root.text[:1].isupper():
            word = root.text.casefold()
            for figure in self._registry.figures:
                if figure.words[-1].casefold() == word:
                    return figure
        return None

    def _antecedent(self, number: int, at: int, gender: Gender) -> tuple[Figure, Span] | None:
        """The person that "he" or "she" stands for: named before, of that gender as far as one can tell."""
        best: tuple[float, Figure, Span] | None = None
        subject = self._subject_before(number, at, gender)
        spoken = {done.figure.number: done.content for done in self._done if done.figure}
        last_speaker = self._done[-1].figure if self._done else None
        for figure in self._registry.figures:
            if figure.kind != "person" or figure.gender not in (None, gender):
                continue
            for mention in figure.places:
                if (mention.paragraph, mention.first) >= (number, at) or number - mention.paragraph > _REACH:
                    continue
                doc = self._docs[mention.paragraph]
                head = doc[mention.first : mention.last].root
                score = -1.2 * (number - mention.paragraph)
                score += 1.5 * (head.dep_ in ("nsubj", "nsubjpass")) - 0.7 * (head.dep_ == "poss")
                score += 1.0 * (figure.gender == gender) + 0.5 * math.log(len(figure.places))
                score += 1.5 * (subject == (mention.paragraph, mention.first))
                score -= 3.0 * self._inside(mention.paragraph, mention.first)
                if mention.paragraph == number:
                    score -= 0.02 * (at - mention.first)
                else:
                    score -= 0.3 * (1 - mention.first / len(doc))
                if figure is last_speaker:
                    gap = number - self._done[-1].content.paragraph
                    score += 2.0 - 0.8 * gap
                elif figure.number in spoken:
                    score += 0.3
                if best is None or score >= best[0]:
                    best = (score, figure, self._registry.span(mention))
        return best[1:] if best else None

    def _subject_before(self, number: int, at: int, gender: Gender) -> tuple[int, int] | None:
        """The last main subject in the paragraph before a pronoun, outside of quotations, if it can be meant."""
        found = [
            (mention.first, figure)
            for figure in self._registry.figures
            for mention in figure.places
            if mention.paragraph == number
            and mention.first < at
            and not self._inside(number, mention.first)
            and _is_main_subject(self._docs[number][mention.first : mention.last].root)
        ]
        if not found:
            return None
        first, figure = max(found, key=lambda pair: pair[0])
        fits = figure.kind == "person" and figure.gender in (None, gender)
        return (number, first) if fits else None

    def _plural(self, number: int, root: Token) -> tuple[Figure | None, Span | None, Attribution]:
        """ "They" and "it": the last speaker, or the last subject before, that is no single person."""
        for done in reversed(self._done):
            if number - done.content.paragraph > 2:
                break
            if done.figure and done.figure.kind != "person" and done.evidence:
                return done.figure, done.evidence, "resolved"
        best: tuple[tuple[int, int], Figure, Span] | None = None
        for figure in self._registry.figures:
            for mention in figure.places:
                place = (mention.paragraph, mention.first)
                near = number - mention.paragraph <= 1 and place < (number, root.i)
                head = self._docs[mention.paragraph][mention.first : mention.last].root
                if figure.kind != "person" and near and head.dep_ == "nsubj" and (best is None or place > best[0]):
                    best = (place, figure, self._registry.span(mention))
        return (best[1], best[2], "resolved") if best else (None, None, "unknown")

    def _described(self, number: int, root: Token, run: _Run) -> tuple[Figure, Span] | None:
        """The person that "the senator" stands for: the last one before whose role or title has that word."""
        first = self._docs[number][run.first]
        if root.tag_ != "NN" or first.lower_ not in ("the", "this", "that") or run.last - run.first > 6:
            return None
        best: tuple[tuple[int, int], Figure, Span] | None = None
        for figure in self._registry.figures:
            known = {word.strip(".,").casefold() for word in (figure.role or "").split()}
            known |= {mention.title for mention in figure.places} & TITLES
            if figure.kind != "person" or not ({root.lower_, root.lemma_.lower()} & known):
                continue
            for mention in figure.places:
                place = (mention.paragraph, mention.first)
                if place < (number, run.first) and (best is None or place > best[0]):
                    best = (place, figure, self._registry.span(mention))
        return best[1:] if best else None

    def _group(self, text: str) -> Figure:
        """The figure for a source without a name, known by its very words."""
        text = text if len(text) <= _SPEAKER_LIMIT else text[:_SPEAKER_LIMIT].rsplit(" ", 1)[0]
        key = text.casefold().removeprefix("the ")
        if key not in self._groups:
            self._groups[key] = self._registry.new(tuple(text.split()), "group")
        return self._groups[key]

    def _inside(self, paragraph: int, word: int) -> bool:
        """Whether a word is in somebody's marked words."""
        return any(
            content.paragraph == paragraph and content.first <= word < content.last and content.kind != "indirect"
            for content in self._contents
        )


def _learn_genders(docs: Sequence[Doc], registry: Registry) -> None:
    """Where a paragraph names only one person before "he" or "she", that person is likely meant."""
    votes: dict[int, list[Gender]] = {}
    for number, doc in enumerate(docs):
        seen: list[Figure] = []
        for token in doc:
            figure = registry.of_mention.get((number, token.i))
            if figure is not None and figure.kind == "person" and figure not in seen:
                seen.append(figure)
            gender = _GENDERED.get(token.lower_)
            if gender and len(seen) == 1:
                votes.setdefault(seen[0].number, []).append(gender)
    for figure in registry.figures:
        cast = votes.get(figure.number, [])
        for gender in (_HE, _SHE):
            if figure.gender is None and len(cast) >= 2 and cast.count(gender) >= 0.75 * len(cast):
                figure.gender = gender


def _runs(doc: Doc, probability: Floats, threshold: float = _TAGGED) -> list[_Run]:
    """Stretches of tagged words, one untagged mark between them at most, with a letter in each."""
    runs: list[_Run] = []
    start = None
    for at, value in enumerate([*probability, 0.0]):
        if value > threshold and start is None:
            start = at
        elif value <= threshold and start is not None:
            if runs and start - runs[-1].last <= 1 and doc[runs[-1].last : start].text in _JOINTS:
                start = runs.pop().first
            runs.append(_Run(start, at))
            start = None
    trimmed = (_trimmed(doc, run) for run in runs)
    return [
        run
        for run in trimmed
        if any(token.text[0].isalpha() for token in doc[run.first : run.last]) or _is_colon(doc, run)
    ]


def _trimmed(doc: Doc, run: _Run) -> _Run:
    first, last = run.first, run.last
    while last - first > 1 and (doc[first].is_punct or doc[first].is_space):
        first += 1
    while last - first > 1 and (doc[last - 1].is_punct or doc[last - 1].is_space or doc[last - 1].lower_ in _LOOSE):
        last -= 1
    return _Run(first, last)


def _is_colon(doc: Doc, run: _Run) -> bool:
    return run.last - run.first == 1 and doc[run.first].text == ":"


def _signature(doc: Doc, content: Content) -> _Run | None:
    """The name after a quotation and a dash, at the end of its line: “…” ― Carla Sanchez"""
    at = content.last
    while at < len(doc) and doc[at].is_space and "\n" not in doc[at].text:
        at += 1
    if content.kind == "indirect" or at >= len(doc) or doc[at].text not in _DASHES:
        return None
    end = at + 1
    while end < len(doc) and "\n" not in doc[end].text and not doc[end].is_quote and end - at <= _SIGNATURE:
        end += 1
    name = [token for token in doc[at + 1 : end] if not token.is_punct and not token.is_space]
    ended = end == len(doc) or "\n" in doc[end].text
    if not ended or not name or not name[0].text[0].isupper() or any(token.pos_ in ("VERB", "AUX") for token in name):
        return None
    return _Run(name[0].i, name[-1].i + 1)


def _is_nominal(doc: Doc, run: _Run) -> bool:
    return any(token.pos_ in ("NOUN", "PROPN", "PRON", "NUM", "DET", "X") for token in doc[run.first : run.last])


def _subjects(doc: Doc, source: _Run) -> set[int]:
    """The verbs whose subject, or agent of a passive, a source is; by coordination and control too."""
    root = _head(doc, source)
    verb = root.head
    if verb.i == root.i:
        return set()
    if root.dep_ == "pobj":
        return {verb.i, verb.head.i} if verb.dep_ in ("agent", "prep") else set()
    if root.dep_ not in ("nsubj", "nsubjpass", "poss", "compound", "npadvmod"):
        return set()
    return {verb.i} | {
        child.i for child in verb.subtree if child.dep_ in ("conj", "xcomp", "advcl") and child.head == verb
    }


def _inner_cue(doc: Doc, content: Content, link: _Link) -> Token | None:
    """The verb right before a content that hangs on the tagged cue: "calling" in "…, he said, calling it a mess"."""
    token = doc[content.first - 1] if content.first else None
    if token is None or link.cue is None or token.pos_ != "VERB" or token.tag_ != "VBG" or token.dep_ != "advcl":
        return None
    return token if link.cue.first <= token.head.i < link.cue.last else None


def _head(doc: Doc, run: _Run) -> Token:
    """The word of a source that the others hang on: a noun or a pronoun, where there is one."""
    root = doc[run.first : run.last].root
    nominal = ("NOUN", "PROPN", "PRON", "NUM", "DET")
    if root.pos_ in nominal:
        return root
    named = [token for token in doc[run.first : run.last] if token.pos_ in nominal and token.dep_ != "compound"]
    return named[0] if named else root


def _phrase(root: Token, run: _Run) -> tuple[int, int]:
    """The words of a description: its head with what stands before it, and "of …", "for …" behind it."""
    before = ("det", "compound", "amod", "nummod", "poss", "nmod", "quantmod")
    first = min([run.first, root.i, *(child.left_edge.i for child in root.lefts if child.dep_ in before)])
    last = root.i + 1
    for child in root.rights:
        if child.dep_ in ("prep", "acl") and child.left_edge.i == last and child.right_edge.i - last < _TAIL:
            last = child.right_edge.i + 1
    return first, max(last, run.last) if run.last - last < _TAIL else last


def _gap(one: _Run, other: _Run) -> int:
    """The words between two runs."""
    return max(one.first - other.last, other.first - one.last, 0)


def _within(run: _Run, contents: Sequence[Content]) -> bool:
    middle = (run.first + run.last - 1) // 2
    return any(content.first <= middle < content.last for content in contents)


def _sentence_numbers(doc: Doc) -> list[int]:
    numbers, number = [], -1
    for token in doc:
        number += bool(token.is_sent_start)
        numbers.append(max(number, 0))
    return numbers


def _is_main_subject(head: Token) -> bool:
    return head.dep_ in ("nsubj", "nsubjpass") and head.head.dep_ in ("ROOT", "conj")


def _opens_sentence(doc: Doc, content: Content, after: int) -> bool:
    """Whether hardly a word stands before a content in its sentence, or in it after the content that ends at `after`:
    a quotation goes on in no other way."""
    start = content.first
    while start > after and not doc[start].is_sent_start:
        start -= 1
    before = sum(token.text[0].isalnum() for token in doc[start : content.first])
    return before <= _FEW or not doc[start].is_sent_start


def _is_whole_paragraph(doc: Doc, content: Content, contents: Sequence[Content]) -> bool:
    """Whether a paragraph holds marked words and hardly anything else."""
    covered = sum(
        other.last - other.first
        for other in contents
        if other.paragraph == content.paragraph and other.kind == "direct"
    )
    return covered >= len(doc) - 3


def _text(words: object) -> str:
    return " ".join(str(words).split())
