"""Text as callers send it."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator


def _whole_characters(text: str) -> str:
    """JSON can spell half a character, which no response can be written with."""
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("the text holds half of a surrogate pair")
    return text


WholeText: TypeAlias = Annotated[str, AfterValidator(_whole_characters)]
"""Text that can be written as UTF-8."""
