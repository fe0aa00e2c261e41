"""``python app.py`` is the same as ``mso-bot serve``."""

import sys

from bot.cli import main

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])
