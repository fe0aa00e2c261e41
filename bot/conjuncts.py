"""Two things asked of one subject: ``can we X and Y`` to ``can we X`` and ``can we Y``."""

import re

_AUXILIARY = r"(?:can|could|may|must|should|do|does|did|will|would|shall)"
_LEAD = re.compile(rf"^(?P<lead>.*?\b{_AUXILIARY})\s+(?P<rest>.+)$", re.IGNORECASE)
_PREPOSITION = r"(?:for|about|on|in|after|before|with|by|from|against|under|of)"
_LONGEST_LEAD, _LONGEST_SUBJECT = 4, 6
_JOINT = re.compile(
    r"(?:\s+|,\s*)(?:and|or|&|plus|as well as)\s+(?:also\s+|then\s+|even\s+|still\s+|just\s+)?|,\s+", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"\b(?:if|when|whether|that|who|whom|which|because|unless|after|before|without|so|while|as|once|until|since)\b",
    re.IGNORECASE,
)
"""Words that begin a clause of its own: what is joined inside it is one question's condition."""
_FIRST_VERBS = frozenset({"be", "have", "need"})
_PHRASES = re.compile(
    rf"^(?P<lead>(?:[^\s.?!]+\s+){{2,12}}?)(?P<first>(?P<preposition>{_PREPOSITION})\s+(?:\S+\s+){{0,5}}?\S+?)"
    rf",?\s+(?:and|or|&|plus|as well as)\s+(?:also\s+)?(?P<second>(?P=preposition)\s+.+)$",
    re.IGNORECASE,
)
"""``fined for late notice and for no notice``: the same preposition twice."""
_VERBS = _FIRST_VERBS | frozenset(
    """
    accept access add administer admit advertise advise agree alter amend answer appeal apply appoint approve ask
    assign attach audit backdate ban become begin belong bill bind blame block borrow bring buy call cancel carry
    cash certify change charge check choose cite claim clean close collect come compete complete comply confirm
    consult contain contract control convert copy correct cover cut date deal decide deduct defraud delegate delete
    demand deny deposit destroy diagnose disclose dismiss dispense dissolve do document double download drop email
    employ encrypt end enforce enroll enter erase expand explain extend fax fight file fill finance find fire fix
    fold follow force form forward freeze get give go guarantee hand handle hang help hire hit hold ignore impose
    include inform inject insist inspect interpret invest investigate issue join keep lease leave lend let lie list
    live lock look lose mail make manage market mention merge move name negotiate notify oblige offer open operate
    order override owe own pass pay perform pick plan pledge poach polish post practice practise prescribe print
    prohibit promise prove provide publish pull purchase push put quit raise reach read recall record recruit redo
    refer refund refuse register reject renew rent repeat replace reply report require respond retire return review
    revoke run save say scan schedule see seize sell send serve set settle share show shred sign sit skip solicit
    split start state stay stop store structure submit suction sue supervise support surrender suspend swap sweep
    switch take talk teach tell terminate text throw tie train transfer treat turn upload use verify violate void
    vote wait waive watch wear win withdraw withhold work worry write
    """.split()
)
"""Verbs that follow a subject in questions about running, selling or working in a practice."""


def conjuncts(question: str) -> tuple[str, ...]:
    """The questions that share a subject and its auxiliary verb, or all but a last phrase, each made whole.

    One that has one gives itself. Joined verbs with one object (``hire and fire staff``) and what is joined inside a
    condition stay together.
    """
    if phrase := _PHRASES.match(question):
        lead, first, second = phrase["lead"], phrase["first"], phrase["second"]
        return (f"{lead}{first}", f"{lead}{second}")
    led = _LEAD.match(question)
    if led is None or len(led["lead"].split()) > _LONGEST_LEAD:
        return (question,)
    for joint in _JOINT.finditer(question, led.end("lead")):
        told, right = question[led.end("lead") : joint.start()].split(), question[joint.end() :].strip(" ?.,")
        start = _verb_at(told)
        if start is None or not _begins_with_verb(right) or _CLAUSE.search(" ".join(told)):
            continue
        if "should" in led["lead"].casefold() and "or" in joint[0].casefold().split():
            continue  # a choice, to be weighed as one
        shared = told[: start + 2] if _has_to(told[start:]) else told[:start]
        return (question[: joint.start()], *conjuncts(" ".join([led["lead"], *shared, right])))
    return (question,)


def _verb_at(told: list[str]) -> int | None:
    """Where the verb stands behind its subject, if it has something to act on."""
    found = next((i for i, word in enumerate(told) if i and word.casefold() in _VERBS), None)
    return found if found is not None and found <= _LONGEST_SUBJECT and len(told) - found > 1 else None


def _begins_with_verb(text: str) -> bool:
    first, _, rest = text.partition(" ")
    return first.casefold() in _VERBS - _FIRST_VERBS and bool(rest)


def _has_to(told: list[str]) -> bool:
    """``have to`` and ``need to`` are shared too: ``do I have to ask and tell``."""
    return [word.casefold() for word in told[:2]] in (["have", "to"], ["need", "to"]) and bool(told[2:])
