"""The command `saidwhat` with one rule changed: it fetches pages of this machine, so that tests can have a site there.

`python -m tests.loopback_bot telegram`; nothing outside of tests does this.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import bot.asking
from bot.cli import main
from embeddings.sources import Fetch, FetchRules
from embeddings.sources.when_asked import fetch_by


def _fetch_here(rules: FetchRules) -> Fetch:
    return fetch_by(replace(rules, networks=("127.0.0.0/8",), pause=0.0, seconds=5.0))


if __name__ == "__main__":
    vars(bot.asking)["fetch_by"] = _fetch_here
    sys.exit(main())
