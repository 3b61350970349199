"""Rules in, what fetches by them out; what it needs is imported when it is first asked."""

from __future__ import annotations

from embeddings.sources import Brought, Fetch, FetchRules


def fetch_by(rules: FetchRules) -> Fetch:
    """What fetches by `rules`, made when it is first asked."""
    made: list[Fetch] = []

    def fetch(link: str) -> Brought:
        if not made:
            from embeddings.sources.fetching import Fetcher

            made.append(Fetcher(rules).fetch)
        return made[0](link)

    return fetch
