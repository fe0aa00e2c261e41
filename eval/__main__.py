"""``python -m eval …`` is the same as ``mso-bot eval …``."""

from eval.cli import main

main()
