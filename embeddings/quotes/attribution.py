"""Contents, tags and figures in, the speaker of each content out, with the words that say so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from embeddings.quotes.contents import Attributed, Content
from embeddings.quotes.entities import Registry
from embeddings.quotes.links import Link, Linker, inner_cue, is_whole_paragraph, putting, who_put
from embeddings.quotes.referents import Referents
from embeddings.quotes.runs import Run, head_of, signature, whole_cue
from embeddings.quotes.tagger import Tags

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_FEW = 2  # words before a quotation that goes on ("Instead, “he just left”")
_UNNAMED = re.compile(r"(?:me )?not to (?:be (?:named|identified|quoted)|use h(?:is|er) name)\b", re.IGNORECASE)
_SILENT = re.compile(r"(?:ha[sd] )?(?:declined|refused|declines|refuses) to\b", re.IGNORECASE)  # what was not said
_SHORTEST = 8  # words and marks of a quote whose speaker is unknown


class Attributor:
    """Finds the speakers of one article's contents, in order: later ones may lean on earlier ones."""

    def __init__(self, docs: Sequence[Doc], tags: Sequence[Tags], registry: Registry, found: Sequence[Content]) -> None:
        self._docs, self._registry, self._contents = docs, registry, found
        self._linker = Linker(docs, tags, found)
        self._referents = Referents(docs, registry, found)
        self._done: list[Attributed] = []

    def attribute(self) -> list[Attributed]:
        """The contents with their speakers. A few words that nobody is named for are no quote, but a title or irony."""
        for content in self._contents:
            asked = putting(self._docs[content.paragraph], content)
            source = who_put(asked) if asked else None
            if asked and source is None:
                continue  # "Asked whether it would rain, she said …": these are not her words
            if _asks_for_silence(self._docs[content.paragraph], content):
                continue
            link = Link(content.paragraph, Run(asked.i, asked.i + 1), source) if asked and source else None
            found = self._named(content, link) if link else self._attributed(content)
            if (
                found.figure is not None
                or found.cue is not None
                or (content.kind != "indirect" and content.last - content.first > _SHORTEST)
            ):
                self._done.append(found)
        return self._done

    def _attributed(self, content: Content) -> Attributed:
        before = self._done[-1] if self._done else None
        signed = signature(self._docs[content.paragraph], content)
        link = Link(content.paragraph, None, signed) if signed else self._linker.link(content)
        if signed is None and (link is None or link.cue is None):
            link = self._inverted(content) or link
        if link is None:
            return self._carried(content, before)
        if content.kind == "indirect" and not link.near:
            return Attributed(content, "unknown")  # a report has its cue in its own sentence
        same = before is not None and before.content.paragraph == content.paragraph and before.figure is not None
        return self._carried(content, before) if same and not link.near else self._named(content, link)

    def _inverted(self, content: Content) -> Link | None:
        """A verb and a person's name right behind a quotation, whatever the verb: "“No!” interrupted Pellow"."""
        doc, at = self._docs[content.paragraph], content.last
        if content.kind != "direct" or at + 1 >= len(doc) or doc[at].tag_ not in ("VBD", "VBZ"):
            return None
        name = doc[at + 1]
        while name.dep_ in ("compound", "nmod") and name.head.i > name.i:
            name = name.head
        figure = self._registry.of_mention.get((content.paragraph, name.i))
        has_subject = any(child.i < at and child.dep_ in ("nsubj", "nsubjpass") for child in doc[at].children)
        is_person = figure is not None and figure.kind == "person"
        if not is_person or has_subject:
            return None
        return Link(content.paragraph, Run(at, at + 1), Run(at + 1, name.i + 1))

    def _carried(self, content: Content, before: Attributed | None) -> Attributed:
        if before is None or before.figure is None or content.kind == "indirect":
            return Attributed(content, "unknown")
        after = before.content.last if before.content.paragraph == content.paragraph else 0
        if not _opens_sentence(self._docs[content.paragraph], content, after):
            return Attributed(content, "unknown")
        gap = content.paragraph - before.content.paragraph
        whole = is_whole_paragraph(self._docs[content.paragraph], content, self._contents)
        if gap == 0 or (gap == 1 and (whole or before.content.open_end)):
            return Attributed(content, "carried", before.figure, before.cue, before.evidence)
        return Attributed(content, "unknown")

    def _named(self, content: Content, link: Link) -> Attributed:
        doc = self._docs[link.paragraph]
        whole = whole_cue(doc, link.cue) if link.cue else None
        cue = self._registry.words_text(link.paragraph, whole.first, whole.last) if whole else None
        if cue and content.kind == "indirect" and _SILENT.match(cue):
            return Attributed(content, "unknown")
        inner = inner_cue(doc, content, link)
        root = head_of(doc, link.source)
        if link.cue and _is_put_to(doc, root, link.cue):
            return Attributed(content, "unknown", cue=cue)
        figure, evidence, attribution = self._referents.meant_by(link.paragraph, root, link.source, self._done, content)
        source = self._registry.words_span(link.paragraph, link.source.first, link.source.last) if figure else None
        return Attributed(content, attribution, figure, inner.text if inner else cue, evidence, source)


def _asks_for_silence(doc: Doc, content: Content) -> bool:
    """Whether what is asked for is to stay unnamed: "not to be named because …"."""
    return content.kind == "indirect" and bool(_UNNAMED.match(doc[content.first : content.last].text))


def _is_put_to(doc: Doc, root: Token, cue: Run) -> bool:
    """Whether a source is not who spoke, but to whom was spoken: "“Fish?” he was asked"."""
    verbs = [token for token in doc[cue.first : cue.last] if token.tag_ == "VBN" and token.lemma_ in ("ask", "tell")]
    return root.dep_ == "nsubjpass" and any(root.head == verb for verb in verbs)


def _opens_sentence(doc: Doc, content: Content, after: int) -> bool:
    """Whether hardly a word stands before a content in its sentence, or in it after the content that ends at `after`:
    a quotation goes on in no other way."""
    start = content.first
    while start > after and not doc[start].is_sent_start:
        start -= 1
    before = sum(token.text[0].isalnum() for token in doc[start : content.first])
    return before <= _FEW or not doc[start].is_sent_start
