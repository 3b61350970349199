"""Articles written by the roll of dice for tests, and all that a library tells of them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from embeddings.library import Library

SUBJECTS = ("The council", "A teacher", "The harbour master", "Nobody", "The old ferry", "A storm")
PREDICATES = ("opened the bridge", "left the town", "paid 14 million euros", "waited until June", "was seen on Monday")


def write_articles(folder: Path, count: int) -> None:
    """`count` articles of 20 sentences, the same each time, in a new folder."""
    dice = random.Random(11)
    folder.mkdir()
    for number in range(count):
        sentences = [f"{dice.choice(SUBJECTS)} {dice.choice(PREDICATES)} at {dice.randint(1, 12)}." for _ in range(20)]
        paragraphs = [" ".join(sentences[i : i + 4]) for i in range(0, 20, 4)]
        (folder / f"a{number:04}.txt").write_text(f"Report {number}\n\n" + "\n\n".join(paragraphs), encoding="utf-8")


def told_of(library: Library) -> list[object]:
    """All that a library tells: its entries, who is quoted how often, and what searches find."""
    store = library.store
    entries = [replace(store.entry(summary.id), former=()) for summary in store.articles()]
    told: list[object] = [
        (entry.article, entry.sentences, entry.quotes, entry.entities, entry.encoded.vectors.round(6).tolist())
        for entry in entries
    ]
    told.append(sorted((person.name, count) for person, count in store.quoted()))
    told.append(store.words_of_names())
    for entry in entries[:9]:
        asked = library.encode_question(entry.sentences[0].text)
        words = entry.sentences[0].text.strip(".").split()
        found = (store.search_by_meaning(asked.vector, 9), store.search_by_words(words, 9))
        told += [sorted(round(hit.score, 5) for hit in hits) for hits in found]
    return told
