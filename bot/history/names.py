"""Names of people, where the words before or after say that one is meant."""

import re
from collections.abc import Iterator
from typing import Final

_TITLE: Final = r"(?i:dr|doctor|mr|mrs|ms|miss|mx|prof(?:essor)?)\b\.?\s+"
_CAPITAL: Final = r"(?:(?:O['’]|D['’]|Mc|Mac|St\.\s)?[A-ZÀ-ÖØ-Þ][\w’'-]*[\wÀ-ÿ]|[A-Z]\.?)"
_PARTICLE: Final = r"(?:(?:de|da|di|del|della|la|van|von|der|den|bin|ben|al|el|le|ter|dos|y)\s+){0,2}"
_PROPER: Final = rf"{_CAPITAL}(?:,?\s+(?:Jr|Sr|I{{2,3}})\b\.?|\s+{_PARTICLE}{_CAPITAL}){{0,3}}"
_I_AM: Final = r"i(?:['’]?m|\s+am)"
_THIS_IS: Final = r"(?:this\s+is|it['’]?s|it\s+is)"
_PERSON: Final = r"""(?:patient|caller|client|person|woman|man|girl|boy|kid|child|son|daughter|wife|husband|partner|boss
    |coworker|employee|assistant|someone|somebody|guy|doctor|owner|manager|receptionist)"""
_NOT_A_PERSONS: Final = r"(?:company|practice|office|firm|corporation|business|entity|group|clinic|law|rule|form|brand)"

_BEFORE_ANY_NAME: Final = re.compile(
    rf"""(?ix)
    \b(?:my|his|her|their) \s+ (?:(?:full|first|last|legal|real)\s+)? name (?:\s+(?:is|was)|\s*[:=]|['’]s) \s+
        (?:(?:is|actually|just)\s+)?
    | \b(?!{_NOT_A_PERSONS})\w+['’]s \s+ (?:(?:full|first|last|legal|real)\s+)? name \s+ (?:is|was) \s+
    | \b(?:patient|caller|client|full|last|first) \s+ name \s* (?:is\s|[:=]) \s*
    | (?:^|[\n.;,]\s*) name \s* [:=] \s*
    | \b{_I_AM} \s+ (?:called|named) \s+
    | \b(?:they|people|everyone|everybody|friends|patients) \s+ call \s+ me \s+
    | \bi \s+ go \s+ by \s+
    """
)
_BEFORE_A_CAPITAL: Final = re.compile(
    rf"""(?x)
    \b(?i:{_THIS_IS}|{_I_AM}|speaking\s+is|call\s+me) \s+ (?={_TITLE})
    | \b(?i:{_PERSON} \s+ (?:is\s+)? (?:named|called) \s+ | call\s+me\s+)
    """
)
_AFTER_A_TITLE: Final = re.compile(rf"(?i)\b(?:{_THIS_IS}|{_I_AM})\s+{_TITLE}(?P<name>[^\W\d_][\w’'-]+)")
_INTRODUCED: Final = re.compile(
    rf"""(?x)
    \b(?i:{_THIS_IS}) \s+ (?P<caller>{_PROPER})
        (?=,?\s+(?:calling|speaking|here|writing|again|from|with|at|over\s+at|in|and\s+I)\b)
    | \b(?i:{_I_AM}) \s+ (?P<full>{_CAPITAL}\s+{_PARTICLE}{_CAPITAL}(?:\s+{_CAPITAL})?)
        (?=\s*(?:[,.;(]|$|and\s+(?:I|my|we)\b|from\b|with\b|at\b))
    | (?:^|[.!?]\s+|\n) (?P<here>{_TITLE}{_PROPER}|{_CAPITAL}\s+{_PARTICLE}{_CAPITAL}) \s+ (?:here|speaking)\b
    | \b(?i:sincerely|regards|yours(?:\s+truly)?|thanks|thank\s+you|cheers|best) \s*[,.!\n-]\s*[-–—]?\s*
        (?P<signed>(?:{_TITLE})?{_PROPER}) \s*[.!]?\s*$
    """
)
_TITLE_FIRST: Final = re.compile(_TITLE)
_PROPER_FIRST: Final = re.compile(_PROPER)
_WORD: Final = re.compile(r"[^\W\d_][\w’'-]*")

_NOT_A_NAME: Final = frozenset(
    """a about again all already also always am an and any appears are as at back be because been before being but by
    can correct could did do does dont during each either even ever everywhere first for from gets getting going
    gone got had has have he her here his how i if im ill in into is isnt it its just later last legally like listed
    misspelled missing mine monday tuesday wednesday thursday friday saturday sunday my never no none not nothing
    now of off on only or our out over own owner part printed public published put registered removed required right
    shown signed so some soon spelled still stuck taken that the their then there these they this to today tomorrow
    too u under up upon used using wanted was we were what when where which while who why with without would wrong
    you your yours calling speaking writing phone number email ssn dob call please please. thanks thank question
    asking wondering want need confidential private unimportant irrelevant different associated attached protected
    changed going shared mentioned spelt written whats hows whos wheres hi hello hey""".split()
)
_NOT_A_PERSON: Final = frozenset(
    """American Article Assistant Associate Board Bill Chapter Chief Commissioner Company Corporation County Department
    Director Doctor Education Federal General Group Head Insurance January February March April May June July August
    September October November December Law Lead Licensed Licensing Licensee Manager Medical Medicare Monday Tuesday
    Wednesday Thursday Friday Saturday Sunday New North Office Owner Part Practice President Public Regulation Rule
    Section Senate Assembly Senior South State States Subpart Title United University Vice Who What When Where Why
    How West East Yes No Not The Is Are Can Do Does If In It Only Really So""".split()
)
_MOST_WORDS_IN_LOWER_CASE: Final = 2


def names(text: str) -> Iterator[tuple[int, int]]:
    """Spans of names, with the title in front of them left out."""
    for said in _BEFORE_ANY_NAME.finditer(text):
        yield from _any_name(text, _after_title(text, said.end()))
    for said in _BEFORE_A_CAPITAL.finditer(text):
        yield from _capital_name(text, _after_title(text, said.end()))
    for match in _INTRODUCED.finditer(text):
        start, end = match.span(match.lastgroup or 0)
        start = _after_title(text, start)
        if _is_a_person(text[start:end]):
            yield start, end
    for match in _AFTER_A_TITLE.finditer(text):
        yield from _any_name(text, match.start("name"))


def _after_title(text: str, start: int) -> int:
    title = _TITLE_FIRST.match(text, start)
    return title.end() if title else start


def _capital_name(text: str, start: int) -> Iterator[tuple[int, int]]:
    found = _PROPER_FIRST.match(text, start)
    if found and found[0] not in {"I", "A"} and _is_a_person(found[0]):
        yield found.span()


def _any_name(text: str, start: int) -> Iterator[tuple[int, int]]:
    """A name in capitals, or else up to two words that are no others that often follow."""
    if proper := _PROPER_FIRST.match(text, start):
        if any(_bare(word) not in _NOT_A_NAME for word in proper[0].split()):
            yield proper.span()
        return
    end = start
    for _ in range(_MOST_WORDS_IN_LOWER_CASE):
        word = _WORD.match(text, end if end == start else end + 1)
        if word is None or _bare(word[0]) in _NOT_A_NAME:
            break
        end = word.end()
    if end > start:
        yield start, end


def _is_a_person(name: str) -> bool:
    words = [word.strip(".,") for word in name.split()]
    is_acronym = any(len(word) > 1 and word.isupper() for word in words) and not name.isupper()
    return not is_acronym and not any(w in _NOT_A_PERSON or _bare(w) in _NOT_A_NAME for w in words)


def _bare(word: str) -> str:
    return word.lower().replace("'", "").replace("’", "")
