"""Every sentence against the documents, before anybody sees it.

``verify`` takes the extractive engine's draft, which has to be the documents' own wording. ``Verifier`` takes one
sentence of a model, which has to say what the sentences that it cites say.
"""

from bot.verify.claim import Flaw
from bot.verify.exact import quoted, verify
from bot.verify.generated import Rejection, Verifier

__all__ = ["Flaw", "Rejection", "Verifier", "quoted", "verify"]
