"""Approved answers: an attorney's wording over quotes, served for questions of the same kind while the quotes stand."""

from bot.approved.approver import Approver
from bot.approved.closeness import Closeness
from bot.approved.judge import Judge, Judged
from bot.approved.served import ENGINE, ApprovedAnswers, Match, unfit
from bot.approved.standing import Change, passage_hash, passage_of, place_of, standing
from bot.approved.upkeep import withdraw_changed, withdraw_changed_at

__all__ = [
    "ENGINE", "ApprovedAnswers", "Approver", "Change", "Closeness", "Judge", "Judged", "Match", "passage_hash",
    "passage_of", "place_of", "standing", "unfit", "withdraw_changed", "withdraw_changed_at",
]  # fmt: skip
