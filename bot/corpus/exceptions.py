"""Sentences that take back something of the sentence before them."""

import re
from itertools import pairwise

from bot.corpus.markdown import plain
from bot.types import Document, Span

_EXCEPTION = re.compile(
    r"^(unless|except|provided|however|but|only if|subject to|even so|still|this does not|that does not|"
    r"a .{0,40}\bexempt)",
    re.IGNORECASE,
)


def exception_after(document: Document, span: Span) -> Span | None:
    """The sentence right behind one, in the same paragraph or list item, when it takes something back; else None."""
    for one, other in pairwise(document.sentences):
        if one.span == span:
            takes_back = other.block == one.block and _EXCEPTION.match(plain(other.text))
            return other.span if takes_back else None
    return None
