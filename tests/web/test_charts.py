"""The plots of the console: what is there is drawn, also when it is one day only."""

import re

from bot.web.console.charts import columns, line


def lengths(markup: str) -> list[int]:
    """How many points each line has."""
    return [len(points.split()) for points in re.findall(r'<polyline[^>]*points="([^"]*)"', markup)]


def test_a_value_without_a_neighbour_is_drawn_as_a_dash():
    assert lengths(line("Share", ["1", "2", "3", "4", "5"], "share", [None, 4.0, None, 2.0, 3.0])) == [2, 2]


def test_days_without_a_value_are_a_gap_and_none_at_all_an_empty_plot():
    assert lengths(line("Share", ["1", "2", "3", "4"], "share", [1.0, 2.0, None, None])) == [2]
    assert lengths(line("Share", ["1", "2"], "share", [None, None])) == []


def test_a_column_tells_its_name_and_number():
    assert "Mon: asked 3" in columns("Questions", ["Mon", "Tue"], ("asked", [3, 0]))
