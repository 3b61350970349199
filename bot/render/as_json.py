"""An Answer in, the JSON object of the scripts' contract out."""

from __future__ import annotations

from typing import Any

from bot.render.wording import plain_text
from bot.types import Answer, Citation, Passage
from embeddings.types import Quote


def answer_json(answer: Answer, question_id: str | int | None, *, closest: bool = False) -> dict[str, Any]:
    """The answer by the contract with scripts.

    The passages of a refusal (status "not_found") are the closest there are, and no answer; `text`, which is for
    people, has them only where `closest` asks for them.
    """
    passages = answer.passages or answer.closest
    return {
        "id": question_id,
        "question": answer.question.as_typed,
        "status": answer.status,
        "confidence": round(answer.confidence, 4),
        "intent": answer.question.intent,
        "speaker": answer.speaker or answer.question.speaker,
        "passages": [_passage_json(passage) for passage in passages],
        "quotes": [quote_json(cited.quote) for cited in answer.quotes],
        "text": plain_text(answer, closest=closest),
    }


def quote_json(quote: Quote) -> dict[str, Any]:
    """One quote by the contract with scripts."""
    return {
        "speaker": quote.speaker,
        "role": quote.role,
        "cue": quote.cue,
        "text": quote.text,
        "start": quote.start,
        "end": quote.end,
        "kind": quote.kind,
        "attribution": quote.attribution,
        "article": quote.article,
        "paragraph": quote.paragraph,
    }


def _passage_json(passage: Passage) -> dict[str, Any]:
    return {
        "rank": passage.rank,
        **_citation_json(passage.citation),
        "text": passage.text,
        "context": {"start": passage.context.start, "end": passage.context.end, "text": passage.context_text},
        "highlight": [passage.highlight.start, passage.highlight.end] if passage.highlight else None,
        "score": round(passage.score, 4),
        "also": [_citation_json(citation) for citation in passage.also],
    }


def _citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "article": citation.article,
        "title": citation.title,
        "publisher": citation.publisher,
        "published": citation.published,
        "url": citation.url,
        "paragraph": citation.paragraph,
        "start": citation.start,
        "end": citation.end,
    }
