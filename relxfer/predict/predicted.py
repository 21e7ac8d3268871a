"""Answers by name, as `Results.predict` returns them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer.contract.data import Domain
from relxfer.contract.plain import Value
from relxfer.predict import predictions, questions
from relxfer.predict.answers import Answers
from relxfer.predict.chosen import ChosenRow
from relxfer.predict.questions import Asked
from relxfer.results import frames

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Predicted:
    """Ranked answers to questions, by name.

    description  which models answered and why, as a sentence
    table        column -> cells: the names of the query, `answer`, `rank`, and `probability` or `score`; of numbers a
                 `value` of each, and no rank
    not_asked    row of the question, from 0 -> why it could not be asked
    """

    description: str
    table: Mapping[str, Sequence[Value]] = field(repr=False)
    not_asked: Mapping[int, str] = field(default_factory=dict)
    _domain: Domain | None = field(default=None, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.table["answer"])

    @property
    def rows(self) -> list[dict[str, Value]]:
        """The rows of the table."""
        return predictions.as_rows(self.table)

    def to_frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame; needs the extra `tables`."""
        return frames.of_columns(self.table)

    def to_networkx(self) -> Any:
        """A graph of networkx: the network with answers at its nodes, or with predicted links; or predicted facts.

        Nodes have their names. See the format .graphml for the attributes.

        Raises:
            Incompatible: the data is no network or graph.
        """
        return self._of().placed(self.table)

    def to_pyg(self) -> Any:
        """The network with answers at its nodes, or at pairs of them, as a `Data` of torch_geometric.

        `nodes` and `answers` are the lists of names. See the format .pt for the tensors.

        Raises:
            Incompatible: the data is no network.
        """
        return self._of().tensors(self.table)

    def write(self, path: str | Path) -> int:
        """Write the table in the format of the ending, as `relxfer predict --out` does; return the number of rows.

        Raises:
            UsageError: the ending is unknown.
        """
        domain, columns = self._of(), [[*column] for column in self.table.values()]
        predictions.check_format(Path(path), domain)
        return Answers(tuple(self.table), [columns], domain.formats()).write(Path(path))

    def _of(self) -> Domain:
        assert self._domain is not None
        return self._domain


def predicted(
    chosen: ChosenRow,
    question: Mapping[str, Sequence[str]] | None,
    k: int,
    keep_known: bool = False,
    level: float | None = None,
) -> Predicted:
    """The answers of a row to a question, as columns of names; None: to everything that has no answer yet.

    Raises:
        BadQuestions: no row can be asked.
        DataError: a column is missing, or the target cannot list what has no answer.
    """
    asked = Asked(chosen.domain.everything()) if question is None else questions.asked(chosen.domain, question)
    answers = predictions.answers_to(chosen, asked, k, keep_known, level)
    return Predicted(chosen.description, answers.table(), asked.bad, chosen.domain)
