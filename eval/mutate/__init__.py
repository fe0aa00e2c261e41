"""Mutations: drafts with exactly one thing wrong, and the share of them that verification rejects.

As in mutation testing of programs (DeMillo, Lipton and Sayward 1978), the share rejected is the kill rate. The
extractive engine's sentences are their quotes' own wording, and ``verify`` asks for exactly that, so its rates are a
regression guard. What a model writes is held to less than the exact wording: ``Verifier`` is measured on light rewrites
of the same sentences that keep what they say, which have to pass, and on mutants of these, which must not. A whole
sentence that is missing (an exception that stands by itself) is not a mutant: what remains is true, and bringing it
along is the answer's duty.
"""

from eval.mutate.command import mutate_command, replies_to
from eval.mutate.operators import MUTATORS, Words
from eval.mutate.rates import (
    ALL,
    Rate,
    RewriteRates,
    draft_of,
    kill_rates,
    mutants,
    rejected,
    rewrite_rates,
)
from eval.mutate.rewrites import REWRITES, rewritten

__all__ = [
    "ALL", "MUTATORS", "REWRITES", "Rate", "RewriteRates", "Words", "draft_of", "kill_rates", "mutants",
    "mutate_command", "rejected", "replies_to", "rewrite_rates", "rewritten",
]  # fmt: skip
