"""The results of a run: its cells, its comparisons, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from relxfer.errors import ArtefactError, UnfitArtefact, UsageError
from relxfer.store.run_directory import SCHEMA, Store


@dataclass(frozen=True)
class Results:
    """What `relxfer.run` returns and `relxfer report` shows.

    cells    one mapping for every planned cell: names, status, metrics, cost, ids
    rows     one mapping for every strategy, source, target and budget: intervals, gain, verdict
    targets  name -> notes, counts and audit of the target
    sources  name -> what it was pre-trained on, cost, selection
    """

    folder: Path
    name: str
    metric: str
    cells: Sequence[Mapping[str, Any]]
    rows: Sequence[Mapping[str, Any]]
    targets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seeds: Sequence[int] = ()
    rank_rule: str = "realistic"
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> list[Mapping[str, Any]]:
        """Cells that failed; refused ones are not among them."""
        return [cell for cell in self.cells if cell["status"] == "failed"]

    @property
    def ranks_by(self) -> str | None:
        """The rule of ranks, or None where nothing is ranked."""
        return self.rank_rule if any(t["task"] == "ranking" for t in self.targets.values()) else None

    def row(self, strategy: str, budget: int | str = "all", **where: Any) -> Mapping[str, Any]:
        """The row of a strategy at a budget; `KeyError` where there is none, or more than one."""
        wanted = {"strategy": strategy, "budget": budget, **where}
        found = [row for row in self.rows if all(row[key] == value for key, value in wanted.items())]
        if len(found) != 1:
            raise KeyError(f"expected one row with {wanted}, got {len(found)}")
        return found[0]

    def to_frame(self) -> Any:
        """The cells as a pandas DataFrame; needs the extra `tables`."""
        try:
            import pandas as pd
        except ImportError:
            raise ArtefactError("expected pandas for to_frame, got none; pip install 'relxfer[tables]'") from None
        flat = [
            {k: v for k, v in cell.items() if not isinstance(v, Mapping)} | dict(cell.get("metrics") or {})
            for cell in self.cells
        ]
        return pd.DataFrame(flat)

    def card(self) -> dict[str, Any]:
        """As JSON."""
        return {"schema": SCHEMA, **vars(self), "folder": str(self.folder)}

    @classmethod
    def open(cls, folder: str | Path) -> Results:
        """The results of a run directory."""
        store = Store.open(Path(folder))
        if not (store.folder / "results.json").exists():
            raise UsageError(
                f"expected a finished run, got {folder} without results.json; `relxfer run {folder}/config.toml "
                f"--out {folder}` finishes it"
            )
        with as_written(store.folder):
            card = dict(store.read("results.json"))
            for name in ("schema", "version"):  # the latter in old files
                card.pop(name, None)
            return cls(**{**card, "folder": Path(folder)})


@contextmanager
def as_written(folder: Path) -> Iterator[None]:
    """Read stored results inside: a file of another shape than relxfer writes is an `UnfitArtefact`, in words."""
    try:
        yield
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise UnfitArtefact(
            f"expected in {folder} the results that relxfer wrote, got others ({type(error).__name__}: {error}); "
            f"`relxfer run {folder}/config.toml --out {folder}` writes them again"
        ) from error
