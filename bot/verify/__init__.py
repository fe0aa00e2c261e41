"""Every sentence against the documents, before anybody sees it.

``verify`` takes the extractive engine's draft, which has to be the documents' own wording. ``Verifier`` takes one
sentence of a model, which has to say what the sentences that it cites say.
"""

from bot.verify.claim import Flaw, Terms
from bot.verify.exact import quoted, verify
from bot.verify.generated import MOST_CITED, Rejection, Verifier
from bot.verify.quantities import NUMBER_WORD, quantities

__all__ = [
    "MOST_CITED", "NUMBER_WORD", "Flaw", "Rejection", "Terms", "Verifier", "quantities", "quoted", "verify",
]  # fmt: skip
