"""What several commands print alike."""

from __future__ import annotations

import json
import sys

from embeddings.types import Outcome


def how_many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def report(outcome: Outcome) -> None:
    if outcome.message:
        print(f"saidwhat: {outcome.message}", file=sys.stderr)


def print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)
