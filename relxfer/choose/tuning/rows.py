"""Rows of an experiment with other options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from relxfer.contract.plain import Table
from relxfer.declare import saved
from relxfer.declare.experiment import Experiment, Method
from relxfer.declare.resolve import experiment_of
from relxfer.plugins.finder import Plugins


class Rows:
    """Makes rows of one experiment with other options, as a configuration with these options would have them."""

    def __init__(self, experiment: Experiment, plugins: Plugins):
        self._experiment, self._plugins = experiment, plugins
        self._tables = saved.tables(experiment)
        self._rows: dict[str, Table] = {row["name"]: row for row in self._tables["strategy"]}

    def varied(self, method: Method, options: Mapping[str, Any]) -> Method:
        """The row with options by their keys.

        Raises:
            ConfigError: one of them has a value that is not allowed.
        """
        tried = {"target": "", "budget": "all", "changes": dict(options), "trials": 1, "selected_by": ""}
        made = next(row for row in self.tuned({method.name: [tried]}).methods if row.name == method.name)
        return replace(made.tuned[0].method, role=method.role, scratch=method.scratch, choice=None)

    def tuned(self, choices: Mapping[str, Sequence[Table]]) -> Experiment:
        """The experiment with the choices of each row, by its name."""
        rows = [{**row, "tuned": choices[name]} if choices.get(name) else row for name, row in self._rows.items()]
        made = experiment_of({**self._tables, "strategy": rows}, self._experiment.where, Path(), self._plugins)
        return replace(made, observers=self._experiment.observers)  # which no saved configuration names
