"""Retrieval and refusal on public benchmarks, beside BM25 alone and dense alone in the same run.

``data`` reads a folder of benchmarks, ``systems`` are the three systems, ``measures`` the metrics, ``run`` puts every
question to every system, and ``table`` prints what came of it. The data stays outside of the repository.
"""

from eval.public.run import run
from eval.public.table import markdown

__all__ = ["markdown", "run"]
