"""Small words that turn one question into another, and words that ask the same in every field."""

import re
from typing import Final

from bot.tokens import stem

MODALITIES: Final = {
    "may": r"may|can|could|able|allow\w*|permit\w*|permissible|ok|okay|legal(?:ly)?|lawful(?:ly)?|free\s+to|get\s+to",
    "must": r"must|(?:have|has|had)\s+to|needs?|needed|requir\w*|mandator\w*|obligat\w*|obliged|supposed|gotta|got\s+to"
    r"|shall|ought|compulsory",
    "should": r"should",
    "will": r"will|would|going\s+to|gonna",
    "forbid": r"illegal\w*|unlawful\w*|prohibit\w*|forbid\w*|forbade|forbidden|bann?(?:ed|s)?|off[\s-]limits"
    r"|against\s+(?:the\s+)?(?:law|rules?)|barr?(?:ed|s)|disallow\w*",
}
"""The kinds of ``may`` and ``must``, and the words that show them: they are compared as kinds, not as words."""
MODALITY: Final = re.compile(
    r"\b(?:" + "|".join(rf"(?P<{name}>{words})" for name, words in MODALITIES.items()) + r")\b", re.IGNORECASE
)

NEGATION: Final = re.compile(
    r"\b(?:no|not|never|none|neither|nor|nobody|nothing|nowhere|without|cannot|cant|wont|dont|doesnt|didnt|isnt|arent"
    r"|wasnt|werent|shouldnt|couldnt|wouldnt|hasnt|havent|nope|un(?=-))\b|n['’]t\b|\bnon(?=[\s-])",
    re.IGNORECASE,
)

EITHER: Final = re.compile(r"\b(?:yes\s*(?:/|or)\s*no|or\s+(?:not?|no))\b", re.IGNORECASE)
"""A ``no`` that negates nothing."""

_BODY: Final = (
    r"(?:agenc(?:y|ies)|departments?|offices?|boards?|bod(?:y|ies)|authorit(?:y|ies)|regulators?|persons?|people"
    r"|part(?:y|ies)|courts?)"
)
_UNITS: Final = r"(?:years?|months?|days?|hours?|weeks?|minutes?|hrs?|yrs?)"
_SOON: Final = r"(?:soon|early|late|fast|quickly)"
_BIG: Final = r"(?:big|large|high|steep|heavy)"
_SOMEBODY: Final = r"(?:i|we|you|he|she|it|they|an?|the|my|our|\w+ing)"
ASKED: Final = {
    "who": rf"\bwho(?:'s|s|m|se)?\b|\b(?:which|what)\s+(?:\w+\s+)?{_BODY}\b",
    "when": rf"^when\b|\bwhen\b(?!\s+{_SOMEBODY}\b)|\b(?:what|which)\s+(?:date|day|year|month|time)\b|\bdeadlines?\b"
    rf"|\bhow\s+{_SOON}\b|\bdue\b",
    "duration": rf"\bhow\s+long\b|\b(?:how\s+many|number\s+of)\s+(?:\w+\s+)?{_UNITS}\b|\bhow\s+much\s+time\b",
    "often": r"\bhow\s+(?:often|frequently)\b|\bhow\s+many\s+times\b|\bevery\s+how\b|\bfrequency\b",
    "money": rf"\bhow\s+much\b(?!\s+time)|\b(?:costs?|price|amount|fees?\s+for)\b|\bhow\s+{_BIG}\b"
    r"|\bhow\s+many\s+dollars\b",
    "share": r"\b(?:what|which)\s+(?:percent\w*|share|portion|cut)\b",
    "count": rf"\bhow\s+many\b(?!\s+(?:\w+\s+)?(?:{_UNITS}|times|dollars)\b)"
    rf"|\bnumber\s+of\b(?!\s+(?:\w+\s+)?{_UNITS}\b)",
    "where": r"\bwhere(?:'s|s)?\b",
    "why": r"\bwhy\b|\bhow\s+come\b|\breasons?\b",
    "how": rf"\bhow\b(?!\s+(?:long|many|much|often|frequently|come|about|{_SOON}|{_BIG})\b)",
    "penalty": r"\b(?:penalt\w+|fines?|fined|punish\w*|sanction\w*|consequences?|what\s+happens)\b",
    "contact": r"\b(?:phone|telephone|fax|e-?mail|address|website|hotline|link)\b",
    "meaning": r"\b(?:mean(?:s|ing)?|defin\w+|stands?\s+for)\b|\bwhat(?:'?s|\s+is|\s+are)\s+(?:an?\s+)?[\w.-]+\??$",
    "examples": r"\b(?:examples?|kinds?|types?|list)\b",
}
"""What may be asked for, and how it shows. A question may ask for several of them, or for none in particular."""
SAME_AS_WHO: Final = re.compile(
    r"\b(?:which|what)\s+(?:agenc(?:y|ies)|bod(?:y|ies)|authorit(?:y|ies)|persons?|people|part(?:y|ies))\b",
    re.IGNORECASE,
)
HOW_OFTEN: Final = re.compile(r"\bhow\s+(?:often|frequently)\b", re.IGNORECASE)
"""Words that only say what is asked for."""
WHAT: Final = re.compile(r"\b(?:what|which|what's|whats|wat)\b", re.IGNORECASE)
YES_OR_NO: Final = re.compile(
    r"^(?:(?:so|ok|and|hi|hello|but)[\s,]+)*(?:is|are|am|was|were|do|does|did|can|could|may|must|should|will|would|has|have)\b",
    re.IGNORECASE,
)

WEIGHTY: Final = frozenset(
    """
    about above after again against all alone already always another back because before behind below between beyond
    both by down during each either else even ever every except few first from if inside instead into just last least
    less many more most much never next off once one only other others out over own per same since some still than
    through toward under unless until up versus vs while with within yet
    """.split()
)
"""Function words that change what is asked: both questions have the same ones."""
SUBJECTS: Final = {"he": "they", "she": "they", "they": "they"}
OBJECTS: Final = {"me": "me", "us": "me", "him": "them", "them": "them"}
"""Pronouns that show who does what to whom; an object of one question is the other's too."""
_SAME: Final = """
    buy/purchase  begin/start  end/finish  get/obtain  kid/child  firm/company  worker/employee  law/statute
    rule/regulation  maximum/max/highest  minimum/min/lowest  keep/retain  happen/occur  doctor/physician
    ad/advertisement/advert/advertising/advertise  hour/hr  year/yr  certificate/certification
    license/licence/licensing/licensure  announce/announcement  sell/sale  die/death
    own/ownership  approve/approval  renew/renewal  register/registration
    complain/complaint  refer/referral  supervise/supervision  inspect/inspection  prescribe/prescription
    document/documentation  dispose/disposal  disclose/disclosure  pay/payment
"""
SAME: Final = {stem(w): stem(group.split("/")[0]) for group in _SAME.split() for w in group.split("/")}
"""Stems of words that ask the same in every field, each to the stem of the first of its group."""
FRAMES: Final = frozenset(
    stem(w)
    for w in """
    ask asks asking wonder wondering question caller calling know info information explain tell curious
    """.split()
)
"""Words in which a question is wrapped."""
