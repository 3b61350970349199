"""`python -m bot` is the same as the command `saidwhat`."""

from bot.cli import main

raise SystemExit(main())
