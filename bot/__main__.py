"""``python -m bot`` is the same as ``mso-bot``."""

from bot.cli import main

main()
