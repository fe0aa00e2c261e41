"""The two engines: evidence to a draft.

``Extractive`` chooses the documents' own sentences. ``Generative`` asks a chat model for sentences of its own, each
with the passages and the words that it says support it.
"""

from bot.answer.conflicts import conflicts_touched, missing_sides
from bot.answer.extractive import ENGINE, Extractive
from bot.answer.generative import Generative, Writing

__all__ = ["ENGINE", "Extractive", "Generative", "Writing", "conflicts_touched", "missing_sides"]
