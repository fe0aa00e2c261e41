"""How approved answers behave: whether they come for the questions that ask the same, and for no others."""

from eval.approved.command import approved_command
from eval.approved.measure import Asked, Counted, measure
from eval.approved.questions import Base, Probe, Prober, bases

__all__ = ["Asked", "Base", "Counted", "Probe", "Prober", "approved_command", "bases", "measure"]
