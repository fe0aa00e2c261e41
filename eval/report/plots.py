"""Plots as inline SVG. Text and lines take the page's colours, so that they are read on light and dark alike."""

import io
import re
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eval.metrics.statistics import Array, reliability, risk_coverage_curve
from eval.run.record import Slice

_INK, _MUTED, _ACCENT = "#010203", "#040506", "#070809"
_PAGE_COLOURS = {_INK: "currentColor", _MUTED: "var(--muted)", _ACCENT: "var(--accent)"}
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "eval",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _MUTED,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img"'
_ROW_INCHES = 0.3


def risk_coverage(sample: Array) -> str:
    """Share of wrong answers among the most confident replies, over the share kept; (n, 2) confidence, event."""
    with mpl.rc_context(_STYLE):
        figure, axes = _axes(4.6, 3.4)
        coverage, risk = risk_coverage_curve(sample)
        axes.plot(100 * coverage, 100 * risk, color=_ACCENT, linewidth=2)
        axes.set(xlabel="coverage: most confident replies kept (%)", ylabel="risk: not a right answer (%)")
        axes.set(xlim=(0, 100), ylim=(0, max(5.0, 110 * float(risk.max()))))
        return _svg(figure, "risk-coverage curve")


def reliability_diagram(sample: Array) -> str:
    """How often replies were right by their confidence, dots growing with their number; (n, 2) confidence, event."""
    with mpl.rc_context(_STYLE):
        figure, axes = _axes(4.6, 3.4)
        axes.plot([0, 100], [0, 100], color=_MUTED, linestyle="--", linewidth=1)
        confidence, frequency, size = np.array(reliability(sample)).T
        area = 20 + 300 * size / size.max()
        axes.scatter(100 * confidence, 100 * frequency, s=area, color=_ACCENT, alpha=0.75, clip_on=False)
        axes.set(xlabel="confidence, mean of the bin (%)", ylabel="answered rightly (%)")
        axes.set(xlim=(0, 100), ylim=(0, 100))
        return _svg(figure, "reliability diagram")


def category_bars(categories: Mapping[str, Slice]) -> str:
    """The share of right replies in each category with its interval."""
    rows = [(name, s.metrics["right"]) for name, s in categories.items() if "right" in s.metrics][::-1]
    with mpl.rc_context(_STYLE):
        figure, axes = _axes(4.6, 0.8 + _ROW_INCHES * len(rows))
        values = np.array([100 * e.value for _, e in rows])
        ends = np.array([(100 * e.low, 100 * e.high) for _, e in rows]).T
        spread = np.abs(np.stack([values - ends[0], ends[1] - values]))
        whiskers = {"ecolor": _INK, "elinewidth": 1.2}
        axes.barh(range(len(rows)), values, 0.7, xerr=spread, error_kw=whiskers, color=_ACCENT, alpha=0.55)
        axes.set_yticks(range(len(rows)), [f"{name} ({e.n})" for name, e in rows])
        axes.set(xlabel="right (%)", xlim=(0, 100))
        return _svg(figure, "right replies by category")


def _axes(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.grid(color=_MUTED, alpha=0.25, linewidth=0.6)
    axes.set_axisbelow(True)
    return figure, axes


def _svg(figure: Figure, label: str) -> str:
    """The figure as one ``<svg>`` element that scales with the page."""
    file = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(file, format="svg", transparent=True, metadata=nothing)
    svg = file.getvalue()
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r' id="[A-Za-z.]+[a-z0-9]*_\d+"', "", svg)  # only clip paths and markers are referred to
    for placeholder, colour in _PAGE_COLOURS.items():
        svg = svg.replace(placeholder, colour)
    return re.sub(r"<svg [^>]*?(viewBox=\"[^\"]*\")[^>]*>", rf'<svg \1 {_NAMES} aria-label="{label}">', svg, count=1)
