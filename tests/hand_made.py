"""An article in, its quotes and entities out, looked up in a table that was made by hand for the tests' articles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.types import Article, Attribution, Entity, EntityKind, Quote, QuoteKind, Sentence, Span

TALKS = """Fishing talks end without a deal

Marta Ozolina

19.05.2020

The talks on cod quotas ended late on Tuesday without a deal.

"We will not send a single boat home," said Viktor Zhalnin, head of the Northern Fishing Institute. The sea, he added,\
 feeds eleven villages.

"The winter was hard. Nobody asked us.

"Now they ask for half of our nets," he said.

Elena Dorn, a spokeswoman for the Coastal Fisheries Agency (CFA), called the offer a "leaky bucket" and said the agency\
 would pay for new harbours.

The report says cod stocks fell by a third. Officials said the talks would go on in June.

Piet Dorn, her brother and a boat builder, said wood had become too dear. Zhalnin shook hands with Lev Antipov before\
 he left.
"""

LETTERS = """Bank sorry for wrong letters

4 May 2026

Northfield sent 12,000 customers letters that wrongly demanded payment. "We are deeply sorry," said Northfield\
 spokesman Daniel Pruitt.

A spokeswoman for the Treasury said the ministry knew of it. The Treasury said a fine would follow.

The bank's chief executive, Olga Marin, said nobody would lose a home. Consumer Watch did not comment.

Sen. Ann Poe, a lawyer, said it was a disgrace. Former Sen. Max Orr, a Northfield customer, said it was a shame.

Peter Lang, a former Northfield manager, said he had warned of it. Susan Wu, who has sued Northfield officials twice,\
 said she was not surprised.
"""


@dataclass(frozen=True, slots=True)
class Said:
    """A quote for `hand_made`: its words as the article has them, and who said them."""

    text: str
    speaker: str | None = None
    cue: str | None = "said"
    kind: QuoteKind = "direct"
    attribution: Attribution = "explicit"
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """An entity for `hand_made`."""

    name: str
    kind: EntityKind = "person"
    role: str | None = None
    aliases: tuple[str, ...] = ()


TOLD: dict[str, tuple[tuple[Named, ...], tuple[Said, ...]]] = {
    "bridge": (
        (Named("Ines Kader", role="Mayor", aliases=("Kader",)), Named("the town council", "organisation")),
        (
            Said("The new bridge over the Orne will open in June", "the town council", kind="indirect"),
            Said('"We are three months late, and I am sorry for it,"', "Ines Kader"),
        ),
    ),
    "letters": (
        (
            Named("Northfield", "organisation"),
            Named("Daniel Pruitt", role="Northfield spokesman"),
            Named("Treasury", "organisation"),
            Named("A spokeswoman for the Treasury", "group"),
            Named("Olga Marin", role="bank's chief executive"),
            Named("Consumer Watch", "organisation"),
            Named("Ann Poe", role="a lawyer"),
            Named("Max Orr", role="a Northfield customer"),
            Named("Peter Lang", role="a former Northfield manager"),
            Named("Susan Wu", role="who has sued Northfield officials twice"),
        ),
        (
            Said('"We are deeply sorry,"', "Daniel Pruitt"),
            Said("the ministry knew of it", "A spokeswoman for the Treasury", kind="indirect"),
            Said("a fine would follow", "Treasury", kind="indirect"),
            Said("nobody would lose a home", "Olga Marin", kind="indirect"),
            Said("it was a disgrace", "Ann Poe", kind="indirect"),
            Said("it was a shame", "Max Orr", kind="indirect"),
            Said("he had warned of it", "Peter Lang", kind="indirect"),
            Said("she was not surprised", "Susan Wu", kind="indirect"),
        ),
    ),
    "quay": ((Named("Ozol"),), (Said("The quay is safe", "Ozol", kind="indirect"),)),
    "school": (
        (Named("Tom Okafor", role="teacher", aliases=("Okafor",)),),
        (Said("Its 220 pupils were taught in the town hall for six weeks", "Tom Okafor", kind="indirect"),),
    ),
    "talks": (
        (
            Named("Viktor Zhalnin", role="head of the Northern Fishing Institute", aliases=("Zhalnin",)),
            Named("Elena Dorn", role="a spokeswoman for the Coastal Fisheries Agency"),
            Named("Coastal Fisheries Agency", "organisation", aliases=("CFA",)),
            Named("The report", "document"),
            Named("Officials", "group"),
            Named("Piet Dorn", role="a boat builder"),
            Named("Lev Antipov"),
        ),
        (
            Said('"We will not send a single boat home,"', "Viktor Zhalnin"),
            Said(
                "The sea, he added, feeds eleven villages.",
                "Viktor Zhalnin",
                "added",
                "indirect",
                "resolved",
                "he",
            ),
            Said(
                '"The winter was hard. Nobody asked us.\n\n"Now they ask for half of our nets,"',
                "Viktor Zhalnin",
                attribution="resolved",
                source="he",
            ),
            Said('"leaky bucket"', "Elena Dorn", "called", "mixed"),
            Said("the agency would pay for new harbours", "Elena Dorn", kind="indirect"),
            Said("cod stocks fell by a third", "The report", "says", "indirect"),
            Said("the talks would go on in June", "Officials", kind="indirect"),
            Said("wood had become too dear", "Piet Dorn", kind="indirect"),
        ),
    ),
}


def hand_made(article: Article, sentences: Sequence[Sentence]) -> tuple[tuple[Quote, ...], tuple[Entity, ...]]:
    """Reads quotes by looking them up in TOLD; what is not there, or no longer in the article, is not found."""
    named, said = TOLD.get(article.id, ((), ()))

    def places(text: str) -> tuple[Span, ...]:
        return tuple(Span(*found.span()) for found in re.finditer(rf"\b{re.escape(text)}\b", article.text))

    entities = tuple(
        Entity(
            article.id,
            number,
            entity.name,
            entity.kind,
            (entity.name, *entity.aliases),
            tuple(sorted({p for name in (entity.name, *entity.aliases) for p in places(name)}, key=lambda p: p.start)),
            entity.role,
            next(iter(places(entity.role)), None) if entity.role else None,
        )
        for number, entity in enumerate(named)
        if entity.name in article.text
    )
    by_name = {entity.name: entity for entity in entities}
    quotes: list[Quote] = []
    for told in said:
        start = article.text.find(told.text)
        if start < 0:
            continue
        end = start + len(told.text)
        within = [sentence for sentence in sentences if sentence.end > start and sentence.start < end]
        entity = by_name[told.speaker] if told.speaker else None
        evidence = places(told.speaker)[0] if told.speaker else None
        quotes.append(
            Quote(
                article.id,
                len(quotes),
                within[0].paragraph,
                within[0].position,
                within[-1].position,
                start,
                end,
                told.text,
                told.kind,
                told.attribution,
                told.speaker,
                entity.number if entity else None,
                entity.role if entity else None,
                told.cue,
                evidence,
                _beside(article.text, told.source, start),
            )
        )
    return tuple(quotes), entities


def _beside(text: str, source: str | None, start: int) -> Span | None:
    """Where `source` stands in a quote's text or after it."""
    found = re.compile(rf"\b{source}\b").search(text, start) if source else None
    return Span(*found.span()) if found else None
