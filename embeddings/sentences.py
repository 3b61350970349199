"""An Article in, its Sentences out: pySBD's rules, mended where news text breaks them.

pySBD keeps a quotation with its attribution in one sentence, which is what a reader wants to see, so its cuts are
the start. The mends below move cuts and never touch the text; each states the general rule that it follows.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from embeddings.types import Article, Sentence, Span

if TYPE_CHECKING:
    import pysbd

_LONG = 400  # characters; a longer "sentence" is a quotation of several sentences, or stray quotation marks
# pySBD's time grows with the square of a paragraph, so it is handed stretches that end at the end of a sentence.
_WINDOW = re.compile(r".{1,4000}(?:(?<=[.!?])\s|$)|.{1,4000}(?:\s|$)|.{1,4000}", re.DOTALL)
_ENDLESS_WORD = re.compile(r"\S{300}")
_QUOTES = "\"“”„«»‘’'"
_OPENING = "\"“„«‘'([{"

# A word, a full stop, and the next sentence without a space between ("Pritchin.H Grozin said"): three letters or
# more before the stop, the last one lower case, a capital after it.
_GLUED = re.compile(r"(?<=[^\W\d_]{2}[a-z])[.!?]+[”’»)\]]*(?=[“‘«]?[A-Z])|(?<=[a-z,][.!?][\"”’])(?=[A-Z“])")
_ABBREVIATION_END = re.compile(
    r"(?<![\w.])(?:[A-Z]\.){2,}\s+(?=(?:The|He|She|It|They|We|But|And|His|Her|Their|This|That|These|However|When|In|On)\s)"
)
_DOMAIN = re.compile(r"[@/\\]|www\.|\.(?:com|net|org|gov|edu|io|info|tv|co|uk|ru|eu)\b", re.IGNORECASE)

_TITLE = r"(?:Mr|Mrs|Ms|Dr|Prof|Rev|Hon|Sens?|Reps?|Gov|Lt|Col|Gen|Maj|Capt|Sgt|Adm|Cmdr|Pres|Amb|Atty|Supt|St|Ft|Mt)\."
_NO_END = re.compile(rf"(?:\b{_TITLE}|\b(?:vs|v|No|approx|Jan|Feb|Aug|Sept|Oct|Nov|Dec)\.)$")
_INITIAL = re.compile(r"(?:^|\s)(?:[A-Z]\.)+$")  # "J." or "J.R."
_NAME_START = re.compile(r"[A-Z][a-z]+(?:\s|,|$)")
_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_AFTER_CLOCK = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z]{2,4}|Eastern|Central|Pacific|Mountain|local)\b"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+\d"
)
_TIME_PHRASE = re.compile(r"(?:At|By|Around|About|Until|Before|After|From|Since)\s+(?:[\w:.]+\s+){1,2}[ap]\.m\.$")
_CLOSED_QUESTION = re.compile(r"[?!][\"”’»]$")
_ATTRIBUTION = re.compile(
    r"(?:(?:[A-Z][\w.'’-]*|he|she|they|it|the [a-z]+)\s+){1,4}"
    r"(?:said|says|asked|asks|added|wrote|told|replied|answered|shouted|cried|tweeted|wondered)\b"
)


def split_sentences(article: Article) -> tuple[Sentence, ...]:
    """The sentences of `article`, in order. Every visible character of a paragraph is in exactly one of them."""
    sentences: list[Sentence] = []
    for number, paragraph in enumerate(article.paragraphs, 1):
        for span in sentence_spans(article.text[paragraph.start : paragraph.end]):
            start, end = paragraph.start + span.start, paragraph.start + span.end
            sentences.append(Sentence(article.id, len(sentences), number, start, end, article.text[start:end]))
    return tuple(sentences)


def sentence_spans(text: str) -> list[Span]:
    """Where the sentences of one paragraph stand in `text`; blanks around them belong to none."""
    cuts = _mend(text, _pysbd_cuts(text) | _abbreviation_cuts(text) | _glued_cuts(text))
    return [piece for span in _spans(text, cuts) for piece in _split_long(text, span)]


def _pysbd_cuts(text: str) -> set[int]:
    """The offsets where pySBD begins a new sentence. A segment that it altered is left joined to the one before."""
    cuts, position = set(), 0
    for window in _WINDOW.findall(text):
        if _ENDLESS_WORD.search(window):  # no prose
            continue
        for segment in _segmenter().segment(window):
            segment = segment.strip()
            found = text.find(segment, position)
            if segment and found >= 0:
                cuts.add(found)
                position = found + len(segment)
    return cuts


@cache
def _segmenter() -> pysbd.Segmenter:
    import pysbd

    return pysbd.Segmenter(language="en", clean=False)


def _abbreviation_cuts(text: str) -> set[int]:
    """Where "U.S." or "D.C." ends a sentence, told by the word after it."""
    return {match.end() for match in _ABBREVIATION_END.finditer(text)}


def _glued_cuts(text: str) -> set[int]:
    """Where two sentences stand without a space between them; addresses and domain names are left whole."""
    cuts = set()
    for match in _GLUED.finditer(text):
        cut = match.end()
        if text[cut - 1] == '"' and text.count('"', 0, cut) % 2:
            cut -= 1  # an odd mark opens a quotation
        token = re.search(r"\S*$", text[:cut])[0] + re.match(r"\S*", text[cut:])[0]  # type: ignore[index]
        before = re.search(r"[\w.]*$", text[: match.start() + 1])[0]  # type: ignore[index]
        if not _DOMAIN.search(token) and not _NO_END.search(before):
            cuts.add(cut)
    return cuts


def _mend(text: str, cuts: set[int]) -> list[int]:
    """The cuts that stand, each moved in front of an opening quotation mark that it fell behind."""
    kept, last = [], 0
    candidates = sorted({_before_opening(text, cut) for cut in cuts if 0 < cut < len(text)})
    for cut, following in pairwise([*candidates, len(text)]):
        before, after = text[last:cut].strip(), text[cut:].lstrip()
        stands_alone = bool(re.search(r"\w", before)) and not _is_closing(text[cut:following], text[following:])
        if stands_alone and not _is_false_cut(before, after):
            kept.append(cut)
            last = cut
    return kept


def _is_closing(piece: str, rest: str) -> bool:
    """Whether `piece` is only marks, and not such as open what follows at once."""
    if re.search(r"\w", piece):
        return False
    return not rest or piece[-1].isspace() or piece[-1] not in _OPENING


def _before_opening(text: str, cut: int) -> int:
    moved = cut
    while moved and text[moved - 1] in _OPENING:
        moved -= 1
    return moved if moved == 0 or text[moved - 1].isspace() or text[moved] in "“„«" else cut


def _is_false_cut(before: str, after: str) -> bool:
    """Whether no sentence ends between `before`, the text since the last cut, and `after`."""
    return bool(
        (
            re.match(r"[,;:)\]%]|[a-z]+['’]?[a-z]*[\s,;.]", after)
            and not re.search(r"[.!?…][\"”’»)\]]*$", before.removesuffix("."))
            and not re.match(r"[a-z]\.\s", after)
        )
        or _NO_END.search(before)
        or (_INITIAL.search(before) and _NAME_START.match(after) and len(before.split()) < 3)
        or (_CLOCK.search(before) and (_AFTER_CLOCK.match(after) or _TIME_PHRASE.fullmatch(before)))
        or (_CLOSED_QUESTION.search(before) and _ATTRIBUTION.match(after))
    )


def _split_long(text: str, span: Span) -> list[Span]:
    """Cut a long quotation at the sentences inside it, by splitting the text with its quotation marks blanked."""
    content = text[span.start : span.end]
    if len(content) <= _LONG:
        return [span]
    blanked = re.sub(rf"(?<!\w)[{_QUOTES}]|[{_QUOTES}](?!\w)", " ", content)
    cuts = _mend(content, _pysbd_cuts(blanked))
    return [Span(span.start + piece.start, span.start + piece.end) for piece in _spans(content, cuts)]


def _spans(text: str, cuts: list[int]) -> list[Span]:
    """The stretches between `cuts`, without the blanks around them."""
    spans = []
    for start, end in pairwise([0, *cuts, len(text)]):
        content = text[start:end]
        if content.strip():
            start += len(content) - len(content.lstrip())
            spans.append(Span(start, start + len(content.strip())))
    return spans
