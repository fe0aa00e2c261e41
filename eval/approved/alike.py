"""Questions that ask the same, though the corpus answers each in another place: read by hand, or but for the place.

Some things stand in several documents, and the corpus has a group of known questions for each. An approved answer to
one is right for the other.
"""

import re
from typing import Final

_PAIRS: Final = (
    ("never collect copays ny fraud", "we never collect the copay is that fraud"),
    ("percent of collections mso fee", "percentage of collections mso fee"),
    ("which agency licenses dental hygienists in new york", "who licenses dental hygienists in new york"),
    ("pllc members ny dental license", "dental pllc member license"),
    ("does the health dept license hygienists", "does the department of health license dental hygienists"),
    ("which agency licenses dentists in ny", "who licenses dentists new york state"),
    (
        "how many continuing education hours must a dental hygienist complete",
        "how many continuing education hours must a hygienist complete",
    ),
    ("can mso enforce non compete against dentist", "can a dso enforce a non compete against a dentist"),
    ("who can use title dentist new york", "who may use the title dentist"),
    ("how often does a dentist renew registration", "how often do ny dentists renew their registration"),
    ("hygienist license which agency", "who licenses dental hygienists in new york"),
    ("waive copay", "waive copays"),
    ("how fast do i have to report a data breach", "how fast must a breach be reported"),
    ("does the dentist need to sign off the budget", "does the dentist have to sign off on the budget"),
    ("do i need a baa with my management company", "do we need a baa with our dso"),
    ("what may not an unlicensed dental assistant do", "what can't an unlicensed dental assistant do"),
    ("what may an unlicensed dental assistant do not", "what can't an unlicensed dental assistant do"),
)
_ALIKE: Final = frozenset(frozenset(pair) for pair in _PAIRS)
_AT_HOME: Final = re.compile(r"\b(?:in )?(?:new york(?: state)?|ny)\b|\b(?:the|a|an|also)\b")
"""What makes no difference where everything is about New York."""


def alike(one: str, other: str) -> bool:
    """True for questions, as ``bare`` gives them, that ask the same: a pair above, or one without its place."""
    return frozenset((one, other)) in _ALIKE or _core(one) == _core(other)


def _core(question: str) -> str:
    return " ".join(_AT_HOME.sub(" ", question).split())
