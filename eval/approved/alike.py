"""Questions that were read side by side and found to ask the same, though the corpus answers each in another place.

Some things stand in several documents, and the corpus has a group of known questions for each. An approved answer to
one is right for the other.
"""

from typing import Final

_PAIRS: Final = (
    ("never collect copays ny fraud", "we never collect the copay is that fraud"),
    ("percent of collections mso fee", "percentage of collections mso fee"),
    ("which agency licenses dental hygienists in new york", "who licenses dental hygienists in new york"),
    ("also who may file a complaint against a dentist in new york", "who may file a complaint against a dentist"),
    ("pllc members ny dental license", "dental pllc member license"),
    ("does the health dept license hygienists", "does the department of health license dental hygienists"),
    ("which agency licenses dentists in ny", "who licenses dentists new york state"),
    (
        "how many continuing education hours must a dental hygienist complete",
        "how many continuing education hours must a hygienist complete",
    ),
    ("what may not an unlicensed dental assistant do", "what can't an unlicensed dental assistant do"),
    ("what may an unlicensed dental assistant do not", "what can't an unlicensed dental assistant do"),
)
ALIKE: Final = frozenset(frozenset(pair) for pair in _PAIRS)
"""Pairs of questions, as ``bare`` gives them."""
