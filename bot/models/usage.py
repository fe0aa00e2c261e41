"""What a call of a chat model used."""

from dataclasses import dataclass
from typing import Final

_CHARS_PER_TOKEN: Final = 4
"""OpenAI's rule of thumb for English; used only where a provider does not count."""
_PER: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and cost of one call, or of several. ``cost`` is in the currency of the configured prices."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0

    @property
    def tokens(self) -> int:
        """Both ways together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, as the operator configured it; 0 where it was not."""

    input: float = 0.0
    output: float = 0.0

    def usage(self, input_tokens: int, output_tokens: int) -> Usage:
        """The tokens with their cost."""
        cost = (input_tokens * self.input + output_tokens * self.output) / _PER
        return Usage(input_tokens, output_tokens, cost)


def estimated_tokens(text: str) -> int:
    """About how many tokens a text has."""
    return -(-len(text) // _CHARS_PER_TOKEN)
