"""A run as something to look at: tables for the terminal and one self-contained HTML file."""

from eval.report.page import render_report
from eval.report.tables import category_table, comparison_tables, metric_table

__all__ = ["category_table", "comparison_tables", "metric_table", "render_report"]
