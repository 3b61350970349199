"""An article and its sentences in, its quotes and the entities that it names out."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.quotes.attribution import Attributed, Attributor
from embeddings.quotes.contents import contents
from embeddings.quotes.entities import Figure, Registry
from embeddings.quotes.names import mentions
from embeddings.quotes.parsing import parse
from embeddings.quotes.tagger import default_tagger
from embeddings.types import Article, Entity, Quote, Sentence


def read_quotes(article: Article, sentences: Sequence[Sentence]) -> tuple[tuple[Quote, ...], tuple[Entity, ...]]:
    """The quotes of `article` in order, and its entities. Raises EncoderError where the model cannot be loaded."""
    texts = [article.text[paragraph.start : paragraph.end] for paragraph in article.paragraphs]
    docs = parse(texts)
    return quotes_in(article, sentences, docs, default_tagger().tag(texts, docs))


def quotes_in(article, sentences, docs, tags):
    found = contents(article.text, article.paragraphs, docs, tags)
    registry = Registry(docs, article.paragraphs, mentions(docs))
    attributed = Attributor(docs, tags, registry, found).attribute()
    quotes = tuple(_quote(article, sentences, position, one) for position, one in enumerate(attributed))
    return quotes, tuple(_entity(article, registry, figure) for figure in registry.figures)


def _quote(article: Article, sentences: Sequence[Sentence], position: int, one: Attributed) -> Quote:
    content, figure = one.content, one.figure
    held = [s.position for s in sentences if s.start < content.end and s.end > content.start]
    return Quote(
        article.id,
        position,
        content.paragraph + 1,
        held[0],
        held[-1],
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
    )


def _entity(article: Article, registry: Registry, figure: Figure) -> Entity:
    aliases = dict.fromkeys([figure.name, *(" ".join(place.words) for place in figure.places)])
    spans = tuple(registry.span(place) for place in figure.places)
    return Entity(
        article.id, figure.number, figure.name, figure.kind, tuple(aliases), spans, figure.role, figure.role_span
    )
