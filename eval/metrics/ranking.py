"""How well a ranking of passages finds gold, computed by ir-measures (MacAvaney et al. 2022, ECIR) over trec_eval.

A passage is relevant to a need when it overlaps one of the need's alternatives.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import ir_measures
from ir_measures import RR, Success, nDCG

from bot.types import Span
from eval.metrics.scores import Gold

Qrels = dict[str, dict[str, int]]
Ranks = dict[str, dict[str, float]]

RECALL_AT = 5
NDCG_AT = 10


def recall(ranking: Sequence[Span], gold: Gold, *, k: int = RECALL_AT) -> float | None:
    """Share of needs with a relevant passage among the first k: subtopic recall (Zhai et al. 2003, SIGIR).

    Each need is a query of its own, so that of several alternatives one is enough; mean of ``Success@k`` over them.
    """
    if not gold:
        return None
    qrels = {str(i): _relevant(ranking, need) for i, need in enumerate(gold)}
    return _mean(Success @ k, qrels, ranking)


def reciprocal_rank(ranking: Sequence[Span], gold: Gold) -> float | None:
    """1 / rank of the first passage relevant to any need, 0 when there is none (Voorhees 1999, TREC-8 QA)."""
    return _mean(RR, {"0": _relevant(ranking, _any(gold))}, ranking) if gold else None


def ndcg(ranking: Sequence[Span], gold: Gold, passages: Iterable[Span], *, k: int = NDCG_AT) -> float | None:
    """Binary nDCG@k (Järvelin and Kekäläinen 2002, TOIS); the ideal has every relevant one of ``passages`` first."""
    if not gold:
        return None
    return _mean(nDCG @ k, {"0": _relevant([*ranking, *passages], _any(gold))}, ranking)


def _any(gold: Gold) -> tuple[Span, ...]:
    return tuple(span for need in gold for span in need)


def _relevant(passages: Iterable[Span], alternatives: Iterable[Span]) -> dict[str, int]:
    wanted = tuple(alternatives)
    relevant = {_name(p): 1 for p in passages if any(p.overlaps(g) for g in wanted)}
    return relevant or {"(none)": 1}


def _mean(measure: Any, qrels: Qrels, ranking: Sequence[Span]) -> float:
    scores = {_name(p): -float(rank) for rank, p in enumerate(ranking)}
    run: Ranks = {query: scores or {"(nothing)": 0.0} for query in qrels}
    return float(ir_measures.calc_aggregate([measure], qrels, run)[measure])


def _name(passage: Span) -> str:
    return f"{passage.document_id}:{passage.start}:{passage.end}"
