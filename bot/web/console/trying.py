"""Whether a question would get an answer that is being written."""

from collections.abc import Sequence
from typing import Final

from bot.approved import Approver, Closeness
from bot.errors import InputError
from bot.web.console.drafting import Tried

_DIFFERENCES: Final = {
    "numbers": "it has other numbers",
    "negation": "one of them says “not”, the other does not",
    "modality": "“may”, “must” and the like differ",
    "kind": "it asks for something else (who, when, how much, yes or no)",
    "terms": "it is about other terms of the glossary",
    "pronouns": "somebody else does it",
    "relations": "small words such as “without” or “before” differ",
    "words": "it has other words that matter",
    "order": "who does what to whom differs",
}


def tried(approver: Approver, closeness: Closeness, questions: Sequence[str], question: str) -> Tried:
    """The question, and whether it asks the same as one of the questions of the answer.

    Raises:
        InputError: there is no question to compare with, or it cannot be read.
    """
    if not questions:
        raise InputError("Write at least one question that gets the answer.")
    if why := approver.unfit(question):
        return Tried(question, False, f"{why}.")
    near = max(questions, key=lambda asked: closeness.close(question, asked))
    if measured := closeness.close(question, near):
        return Tried(question, True, f"It asks the same as “{near}” (closeness {measured:.2f}).")
    told = [_DIFFERENCES.get(d, d) for asked in questions if (d := closeness.difference(question, asked))]
    if len(told) < len(questions):
        return Tried(question, False, "it is not close enough in meaning.")
    return Tried(question, False, f"{'; '.join(dict.fromkeys(told))}.")
