"""Jinja2 templates and the words that they share. Everything is escaped unless it is marked as markup."""

import datetime as dt
from pathlib import Path
from typing import Any, Final

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.corpus import plain
from bot.prompts import DISCLAIMER

FOLDER: Final = Path(__file__).parent
STATIC: Final = FOLDER / "static"
_LABELS: Final = {"faq": "FAQ"}


def kind_label(kind: str) -> str:
    """``statute-summary`` as readers see it: ``Statute summary``."""
    return _LABELS.get(kind, kind.replace("-", " ").capitalize())


def words(name: str) -> str:
    """``out_of_scope`` as readers see it: ``out of scope``."""
    return name.replace("_", " ")


def day(date: dt.date | None) -> str:
    """``November 23, 2026``; empty when there is no date."""
    return f"{date:%B} {date.day}, {date.year}" if date else ""


def render(template: str, **values: Any) -> Markup:
    """A template of ours as markup."""
    return Markup(_ENVIRONMENT.get_template(template).render(values))


def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A template of ours as a whole page."""
    return HTMLResponse(render(template, **values), status)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["disclaimer"] = DISCLAIMER
    environment.filters.update(kind_label=kind_label, day=day, words=words, plain=plain, zip=zip)
    return environment


_ENVIRONMENT: Final = _environment()
