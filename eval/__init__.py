"""Measures the bot: cases, metrics, runs, reports, comparisons and the gate. It imports ``bot``, never the reverse."""
