"""Small plots as SVG, made on the server. Each is named in words; what it shows stands beside it as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from markupsafe import Markup

from bot.web.pages import render

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 480, 160, 34, 22, 10
_BASE: Final = _HEIGHT - _BOTTOM
_ROOM: Final = _BASE - _TOP
_SPARK: Final = (112, 24)
_MOST_LABELS: Final = 7
_Bar: TypeAlias = tuple[int, float, float, float, float, str]
"""Number of the series, left, top, width, height, and what it stands for."""


@dataclass(frozen=True, slots=True)
class _Axes:
    """What a plot is about, and how its values become places."""

    title: str
    names: Sequence[str]
    labels: Sequence[str]
    most: float

    @property
    def step(self) -> float:
        """Width of one name."""
        return (_WIDTH - _LEFT) / max(len(self.names), 1)

    def y(self, value: float) -> float:
        """Where a value stands."""
        return _BASE - value / self.most * _ROOM


def sparkline(counts: Sequence[int], label: str) -> Markup:
    """Bars without axes, one a day."""
    width, height = _SPARK
    most, step = max(counts, default=0) or 1, width / max(len(counts), 1)
    bars = [
        (round(i * step, 1), round(height - n / most * height, 1), round(step * 0.7, 1), round(n / most * height, 1))
        for i, n in enumerate(counts)
        if n
    ]
    return render("console/spark.html", bars=bars, label=label, width=width, height=height)


def columns(title: str, names: Sequence[str], *series: tuple[str, Sequence[float]]) -> Markup:
    """One column for each name; a further series is stacked on the one before."""
    most = max((sum(values) for values in zip(*(s for _, s in series), strict=True)), default=0)
    axes = _Axes(title, names, [label for label, _ in series], most or 1)
    below = [0.0] * len(names)
    bars: list[_Bar] = []
    for number, (label, values) in enumerate(series):
        for i, value in enumerate(values):
            below[i] += value
            if value:
                name = f"{names[i]}: {label} {value:g}"
                tall = value / axes.most * _ROOM
                bars.append((number, _LEFT + i * axes.step, axes.y(below[i]), max(axes.step * 0.75, 1.0), tall, name))
    return _plot(axes, bars=bars)


def line(title: str, names: Sequence[str], label: str, values: Sequence[float | None]) -> Markup:
    """One line; a gap where there is no value, and a dash where a value has no neighbour."""
    axes = _Axes(title, names, [label], max((v for v in values if v is not None), default=0) or 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((_LEFT + (i + 0.5) * axes.step, axes.y(value)))
    half = axes.step / 4
    drawn = [run if len(run) > 1 else [(x + to, y) for x, y in run for to in (-half, half)] for run in runs]
    return _plot(axes, lines=[" ".join(f"{x:.1f},{y:.1f}" for x, y in run) for run in drawn if run])


def _plot(axes: _Axes, *, bars: Sequence[_Bar] = (), lines: Sequence[str] = ()) -> Markup:
    every = max(1, -(-len(axes.names) // _MOST_LABELS))
    ticks = [(_LEFT + (i + 0.5) * axes.step, name) for i, name in enumerate(axes.names) if i % every == 0]
    size = {"width": _WIDTH, "height": _HEIGHT, "left": _LEFT, "base": _BASE, "top": _TOP}
    return render("console/plot.html", axes=axes, bars=bars, lines=lines, ticks=ticks, **size)
