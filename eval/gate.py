"""The gate: a run against the thresholds that it may not fall below (or, for what is bad, rise above)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import InputError
from eval.metrics import Estimate
from eval.run import METRICS, Run

THRESHOLDS = Path(__file__).parent / "thresholds.toml"

_Bounds = dict[str, Annotated[float, Field(allow_inf_nan=False)]]


class Thresholds(BaseModel):
    """The lowest and highest values that are let through, by the metric's name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minimum: _Bounds = Field(default_factory=dict)
    maximum: _Bounds = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """One threshold and what the run has; a metric that could not be measured does not pass."""

    metric: str
    estimate: Estimate | None
    threshold: float
    is_minimum: bool

    @property
    def passed(self) -> bool:
        """True when the value is on the right side of the threshold, or on it."""
        if self.estimate is None:
            return False
        value = self.estimate.value
        return value >= self.threshold if self.is_minimum else value <= self.threshold

    def __str__(self) -> str:
        metric = METRICS[self.metric]
        rule = f"{'at least' if self.is_minimum else 'at most'} {metric.show(self.threshold)}{metric.suffix}"
        if self.estimate is None:
            return f"{self.metric}: not measured in this run, {rule} is wanted"
        return f"{self.metric}: {metric.show(self.estimate.value)}{metric.suffix}, {rule} is wanted"


def load_thresholds(path: Path = THRESHOLDS) -> Thresholds:
    """The thresholds of a TOML file with the tables ``minimum`` and ``maximum``.

    Raises:
        InputError: it cannot be read, sets none, or names a metric that does not exist.
    """
    try:
        thresholds = Thresholds.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: cannot be read as TOML ({error}); check the name and the file.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"])
        raise InputError(f"{path}: {where}: {first['msg']}; write numbers below [minimum] and [maximum].") from None
    named = [*thresholds.minimum, *thresholds.maximum]
    unknown = [name for name in named if name not in METRICS]
    if unknown:
        raise InputError(f"{path}: there is no metric {unknown[0]!r}; there are {', '.join(METRICS)}.")
    if not named:
        raise InputError(f"{path}: sets no threshold; write numbers below [minimum] and [maximum].")
    return thresholds


def check(run: Run, thresholds: Thresholds) -> tuple[Check, ...]:
    """Every threshold held against a run, in the order of the file."""
    return (
        *_checks(run, thresholds.minimum, is_minimum=True),
        *_checks(run, thresholds.maximum, is_minimum=False),
    )


def _checks(run: Run, bounds: Mapping[str, float], *, is_minimum: bool) -> tuple[Check, ...]:
    return tuple(Check(name, run.metrics.get(name), bound, is_minimum) for name, bound in bounds.items())
