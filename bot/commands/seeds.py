"""The articles that come with saidwhat, taken in by the first command that needs any."""

from __future__ import annotations

import sys

from bot.asking import seeds_folder, take_in_seeds
from bot.commands.printing import report
from bot.progress import shown
from bot.settings import Settings
from embeddings.library import Library


def ensure_articles(library: Library, settings: Settings) -> None:
    """Take in the articles that come with saidwhat, if the library is new, and say where it is: it may be mistyped."""
    if library.store.is_new():
        from embeddings.sources.arriving import count_articles

        where = "the database" if settings.saidwhat_store else settings.saidwhat_home
        print(f"saidwhat: A new library in {where}, with the article that comes with saidwhat.", file=sys.stderr)
        for outcome in shown(take_in_seeds(library), count_articles([seeds_folder()])):
            report(outcome)
