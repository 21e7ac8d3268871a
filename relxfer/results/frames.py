"""Results as pandas data frames, with one plain value in every field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING

from relxfer.errors import NotInstalled
from relxfer.judge.records import Interval
from relxfer.results.records import CellResult, Row

if TYPE_CHECKING:
    import pandas as pd

Value = str | int | float | bool | None


def of_rows(rows: Sequence[Row]) -> pd.DataFrame:
    """A data frame with a line for every row of the report."""
    return _frame(map(_row, rows))


def of_cells(cells: Sequence[CellResult]) -> pd.DataFrame:
    """A data frame with a line for every planned cell."""
    return _frame(_cell(cell) for cell in cells)


def of_columns(columns: Mapping[str, Sequence[Value]]) -> pd.DataFrame:
    """A data frame with these columns."""
    return _pandas().DataFrame(dict(columns))


def _row(row: Row) -> dict[str, Value]:
    gain, cost = row.gain, row.cost
    return {
        "source": row.source,
        "target": row.target,
        "strategy": row.strategy,
        "model": row.model,
        "role": row.role,
        "is_baseline": row.baseline,
        "setting": row.setting,
        "budget": row.budget,
        "labels_per": row.labels_per,
        "label_count": row.label_count,
        "validation": row.validation,
        "runs": row.runs,
        "planned": row.planned,
        "deterministic": row.deterministic,
        "metric": row.metric,
        **_interval("estimate", "", row.interval),
        "source_seeds": row.source_seeds,
        "seeds": row.interval.seeds if row.interval else None,
        "n": row.interval.units if row.interval else None,
        "baseline": gain.baseline if gain else None,
        **_interval("gain", "gain_", gain),
        "verdict": str(gain.verdict) if gain and gain.verdict else None,
        "conditions": ", ".join(gain.conditions) if gain else "",
        "asked": gain.asked if gain else None,
        "p": gain.p if gain else None,
        "p_adjusted": gain.p_adjusted if gain else None,
        "q": gain.q if gain else None,
        "excludes": gain.excludes if gain else None,
        **_interval("over_direct", "over_direct_", row.over_direct),
        "over_direct_verdict": str(row.over_direct.verdict) if row.over_direct and row.over_direct.verdict else None,
        "seconds": cost.seconds if cost else None,
        "cpu_seconds": cost.cpu_seconds if cost else None,
        "energy_wh": cost.energy_wh if cost else None,
        "peak_mb": cost.peak_mb if cost else None,
        "trained_parameters": cost.trained_parameters if cost else None,
        "selection": ", ".join(row.selection),
        "oracle": row.oracle,
        "undefined": "; ".join(f"{name}: {why}" for name, why in row.undefined.items()),
        "note": row.note,
        "reason": "; ".join(row.reasons),
        **row.metrics,
        **_logged(row.diagnostics),
    }


def _cell(cell: CellResult) -> dict[str, Value]:
    return {
        "source": cell.source,
        "target": cell.target,
        "strategy": cell.strategy,
        "model": cell.model,
        "role": cell.role,
        "is_baseline": cell.baseline,
        "setting": cell.setting,
        "budget": cell.budget,
        "labels_per": cell.labels_per,
        "label_count": cell.label_count,
        "validation": cell.validation,
        "source_seed": cell.source_seed,
        "seed": cell.seed,
        "status": cell.status,
        "reason": cell.reason,
        "id": cell.id,
        "evaluation": cell.evaluation,
        "n": cell.n,
        "seconds": cell.seconds,
        "cpu_seconds": cell.cpu_seconds,
        "energy_wh": cell.energy_wh,
        "evaluation_seconds": cell.evaluation_seconds,
        "peak_mb": cell.peak_mb,
        "trained_parameters": cell.trained_parameters,
        "selection": cell.selection.rule if cell.selection else None,
        "top_class": cell.top_class.name if cell.top_class else None,
        "top_class_predicted": cell.top_class.predicted if cell.top_class else None,
        "collapsed": cell.top_class.collapsed if cell.top_class else None,
        "oracle": cell.oracle.value if cell.oracle else None,
        "undefined": "; ".join(f"{name}: {why}" for name, why in cell.undefined.items()),
        **cell.metrics,
        **_logged(cell.diagnostics),
    }


def _interval(name: str, prefix: str, interval: Interval | None) -> dict[str, Value]:
    values = (interval.estimate, interval.low, interval.high) if interval else (None, None, None)
    return dict(zip((name, f"{prefix}low", f"{prefix}high"), values, strict=True))


def _logged(diagnostics: Mapping[str, float | None]) -> dict[str, Value]:
    """Columns of logged values, with a prefix that keeps them apart from all other columns."""
    return {f"logged: {name}": value for name, value in diagnostics.items()}


def _frame(lines: Iterator[dict[str, Value]]) -> pd.DataFrame:
    return _pandas().DataFrame(list(lines))


def _pandas() -> ModuleType:
    try:
        import pandas as pd
    except ImportError:
        raise NotInstalled("pandas", "data frames", "tables") from None
    return pd
