"""What a command loads before it answers: no more than it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.made_files import paragraphs_pdf
from tests.news_site import page

HEAVY = (
    *("torch", "sentence_transformers", "transformers", "spacy", "telegram", "prompt_toolkit"),
    *("trafilatura", "lxml", "pdfminer", "docx", "psycopg", "pgvector"),
)


def _loaded(home: Path, command: str) -> str:
    """What the last line of a process says that ran `command`: its statuses, and which of HEAVY it loaded."""
    script = (
        f"import sys; from bot.cli import main; print({command}, [name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "SAIDWHAT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


def test_a_question_needs_no_torch(indexed: Path) -> None:
    """An answer from an existing library, and its quotes, are had without PyTorch, sentence-transformers and spaCy."""
    assert _loaded(indexed, "main(['ask', 'What did the bridge cost?']), main(['quotes', '--json'])") == "0 0 []"


def test_indexing_needs_no_torch_once_the_model_is_kept(telegram_home: Path, tmp_path: Path) -> None:
    """Another article is read and encoded by the network that is kept, quotes and all; spaCy parses it."""
    (tmp_path / "tower.txt").write_text('Tower\n\n"It will stand," said Ada Lind.\n', encoding="utf-8")
    assert _loaded(telegram_home, f"main(['index', {str(tmp_path / 'tower.txt')!r}])") == "0 ['spacy']"


def test_what_reads_files_is_loaded_elsewhere(telegram_home: Path, tmp_path: Path) -> None:
    """A page and a PDF are read by another process: this one loads nothing for them."""
    (tmp_path / "tower.html").write_text(page(), encoding="utf-8")
    (tmp_path / "pier.pdf").write_bytes(paragraphs_pdf("Tower", [["It will stand."]]))
    files = [str(tmp_path / "tower.html"), str(tmp_path / "pier.pdf")]
    assert _loaded(telegram_home, f"main(['index', *{files!r}])").endswith("['spacy']")


def test_help_loads_nothing(tmp_path: Path) -> None:
    """The help text comes from argparse alone."""
    script = (
        "import sys; from bot.cli import main\ntry: main(['--help'])\nexcept SystemExit: print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
