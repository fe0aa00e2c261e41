"""The fields above a document's text, validated."""

import datetime as dt
from pathlib import Path
from typing import Any

import frontmatter
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import CorpusError
from bot.types import Authority, Kind

_REMEDIES = {
    "title": 'add a line such as  title: "What the document is called"',
    "doc_type": f"use one of {', '.join(k.value for k in Kind)}",
    "last_reviewed": "write the day as YYYY-MM-DD",
    "published": "write the day as YYYY-MM-DD",
    "authorities": 'write a list of  - citation: "..."  and, if there is one,  url: "https://..."',
    "boilerplate": 'write a list of headings, such as  boilerplate: ["Notice"]',
}


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid")

    citation: str = Field(min_length=1)
    url: str | None = Field(None, pattern=r"^https?://\S+$")


class FrontMatter(BaseModel):
    """What a document says of itself. ``boilerplate`` lists headings whose text is never an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    title: str = Field(min_length=1)
    doc_type: Kind = Kind.DOCUMENT
    jurisdiction: str = ""
    authorities: tuple[_Source, ...] = ()
    last_reviewed: dt.date | None = None
    summary: str = ""
    author: str = ""
    published: dt.date | None = None
    boilerplate: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Authority, ...]:
        """The authorities as the rest of the program knows them."""
        return tuple(Authority(a.citation, a.url) for a in self.authorities)


def split_front_matter(raw: str, path: Path) -> tuple[FrontMatter | None, str]:
    """The validated fields, None where a file has none, and the text below them.

    Raises:
        CorpusError: naming the file, the field and the remedy.
    """
    try:
        fields, text = frontmatter.parse(raw)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" (line {where.line + 2})" if where else ""
        raise CorpusError(f"{path.name}: the front matter is not valid YAML{line}; correct it.") from None
    if not frontmatter.checks(raw):
        return None, text
    return _validated(fields, path), text


def _validated(fields: dict[str, Any], path: Path) -> FrontMatter:
    try:
        return FrontMatter.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "front matter"
        remedy = _REMEDIES.get(field, f"known fields are {', '.join(FrontMatter.model_fields)}")
        raise CorpusError(f"{path.name}: {field}: {first['msg']}; {remedy}.") from None
