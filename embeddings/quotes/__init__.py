"""An article and its sentences in, its quotes and the entities that it names out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.quotes.attribution import Attributor
from embeddings.quotes.contents import Attributed, find_contents
from embeddings.quotes.entities import Figure, Registry
from embeddings.quotes.name_kinds import mentions
from embeddings.quotes.parsing import parse
from embeddings.quotes.tagger import Tags, load_tagger
from embeddings.quotes.transcripts import Transcript
from embeddings.types import Article, Entity, Quote, Sentence, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc


def read_quotes(
    article: Article, sentences: Sequence[Sentence], kept_in: Path | None = None
) -> tuple[tuple[Quote, ...], tuple[Entity, ...]]:
    """The quotes of `article` in order, and its entities; `kept_in` is the folder of the library that keeps the model.

    Raises EncoderError where the model cannot be loaded.
    """
    stretches = _stretches(article, sentences)
    texts = [article.text[stretch.start : stretch.end] for stretch in stretches]
    docs = parse(texts)
    return quotes_in(article, sentences, stretches, docs, load_tagger(kept_in).tag(texts, docs))


def quotes_in(
    article: Article,
    sentences: Sequence[Sentence],
    stretches: Sequence[Span],
    docs: Sequence[Doc],
    tags: Sequence[Tags],
) -> tuple[tuple[Quote, ...], tuple[Entity, ...]]:
    """The same from stretches of text already parsed and tagged."""
    transcript = Transcript(docs)
    registry = Registry(docs, stretches, transcript.with_speakers(mentions(docs)))
    turns = transcript.turns(stretches, registry)
    said_by = {turn.content.paragraph: turn.figure for turn in turns}
    found = find_contents(article.text, stretches, docs, tags)
    outside, within = ([one for one in found if (one.paragraph in said_by) == inside] for inside in (False, True))
    attributed = [*turns, *Attributor(docs, tags, registry, outside).attribute()]
    retold = Attributor(docs, tags, registry, within).attribute()
    attributed += [one for one in retold if _is_of_another(one, said_by, stretches)]
    attributed.sort(key=lambda one: one.content.start)
    quotes = tuple(_quote(article, sentences, position, one) for position, one in enumerate(attributed))
    return quotes, tuple(_entity(article, registry, figure) for figure in registry.figures)


def _stretches(article: Article, sentences: Sequence[Sentence]) -> list[Span]:
    """The paragraphs, cut where two sentences touch ("…, said Lund.She left"): the parser would take them for one."""
    cuts = {after.start for before, after in pairwise(sentences) if before.end == after.start}
    stretches = []
    for paragraph in article.paragraphs:
        inside = sorted(cut for cut in cuts if paragraph.start < cut < paragraph.end)
        stretches += [Span(*ends) for ends in pairwise([paragraph.start, *inside, paragraph.end])]
    return stretches


def _is_of_another(one: Attributed, said_by: Mapping[int, Figure | None], stretches: Sequence[Span]) -> bool:
    """Whether somebody tells in a turn what another one said, whom the same turn names."""
    number, evidence = one.content.paragraph, one.evidence
    is_another = one.figure is not None and one.figure is not said_by[number]
    return is_another and evidence is not None and stretches[number].start <= evidence.start < stretches[number].end


def _quote(article: Article, sentences: Sequence[Sentence], position: int, one: Attributed) -> Quote:
    content, figure = one.content, one.figure
    held = [s for s in sentences if s.start < content.end and s.end > content.start]
    return Quote(
        article.id,
        position,
        held[0].paragraph,
        held[0].position,
        held[-1].position,
        content.start,
        content.end,
        article.text[content.start : content.end],
        content.kind,
        one.attribution,
        figure.name if figure else None,
        figure.number if figure else None,
        figure.role if figure else None,
        one.cue,
        one.evidence,
        one.source,
    )


def _entity(article: Article, registry: Registry, figure: Figure) -> Entity:
    aliases = dict.fromkeys([figure.name, *(" ".join(place.words) for place in figure.places)])
    spans = tuple(registry.span(place) for place in figure.places)
    return Entity(
        article.id, figure.number, figure.name, figure.kind, tuple(aliases), spans, figure.role, figure.role_span
    )
