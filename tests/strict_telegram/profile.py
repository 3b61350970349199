"""What the bot says of itself: commands, names and descriptions, each per language, commands per scope too."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


def scope_key(scope: Json | None) -> str:
    """A scope as one string, the default scope where none is given."""
    return json.dumps(scope or {"type": "default"}, sort_keys=True)


@dataclass(slots=True)
class Profile:
    """Keys are language codes, "" for all others; commands are keyed by scope and language."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"name": {}, "description": {}, "short_description": {}}
    )

    def set_text(self, kind: str, language: str, text: str) -> None:
        """Sets a name or a description; an empty one removes it."""
        if text:
            self.texts[kind][language] = text
        else:
            self.texts[kind].pop(language, None)

    def as_json(self) -> Json:
        """Everything that is set, for a test to read."""
        commands = [
            {"scope": json.loads(scope), "language_code": language, "commands": commands}
            for (scope, language), commands in self.commands.items()
        ]
        return {"commands": commands, **self.texts}
