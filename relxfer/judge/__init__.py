"""Honest evaluation: filtered ranking, classification, statistics over seeds and items, the verdict."""

from relxfer.judge.classification import Predictions, macro_f1, micro_f1
from relxfer.judge.ranking import Filter, Ranks, rank_block, top_k
from relxfer.judge.statistics import (
    Interval,
    holm,
    mean_interval,
    paired_gain,
    seeds_needed,
    sign_flip,
    smallest_p,
    unit_sums,
)
from relxfer.judge.verdict import Comparison, Verdict, adjust, compare

__all__ = [
    "Comparison",
    "Filter",
    "Interval",
    "Predictions",
    "Ranks",
    "Verdict",
    "adjust",
    "compare",
    "holm",
    "macro_f1",
    "mean_interval",
    "micro_f1",
    "paired_gain",
    "rank_block",
    "seeds_needed",
    "sign_flip",
    "smallest_p",
    "top_k",
    "unit_sums",
]
