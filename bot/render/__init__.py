"""An Answer in, what a front shows out: JSON for scripts, text for a terminal, HTML for Telegram."""
