"""The parts that run an experiment in one run directory, put together."""

from __future__ import annotations

from relxfer.contract.data import Task
from relxfer.declare.resolve import Experiment, Source, Target
from relxfer.errors import RelxferError
from relxfer.execute.artefacts import Artefacts
from relxfer.execute.attach import Attach
from relxfer.execute.cell import Cells
from relxfer.execute.domains import Domains
from relxfer.execute.events import Events
from relxfer.execute.sources import Sources
from relxfer.plan import grid
from relxfer.plan.cells import PlannedCell
from relxfer.plan.refusals import Facts
from relxfer.plugins.finder import Plugins
from relxfer.plugins.versions import Versions
from relxfer.store.run_directory import Store
from relxfer.train import memory


class Engine:
    """One experiment in one run directory.

    code       versions of the code that takes part
    domains    its data, without tests
    artefacts  the models that it reads
    attach     binds models to data
    sources    source stages
    cells      transfers and their judgement
    """

    def __init__(self, experiment: Experiment, plugins: Plugins, store: Store, events: Events | None = None):
        self.experiment, self.plugins, self.store, self.events = experiment, plugins, store, events or Events()
        self.code = Versions()
        self.domains = Domains(experiment, plugins)
        self.artefacts = Artefacts(experiment, plugins)
        self.attach = Attach(experiment.config.device, self.code)
        parts = self.domains, self.artefacts, self.attach
        self.sources = Sources(experiment, store, self.events, self.code, *parts)
        self.cells = Cells(experiment, store, self.events, self.code, self.domains, self.sources, self.attach)
        self._facts: dict[tuple[str | None, str], Facts] = {}
        memory.tell("returned")  # until the adapter of a cell says what suits it

    def plan(self) -> list[PlannedCell]:
        """Every cell, with the refusals that the loaded data shows."""
        return list(grid.cells(self.experiment, self._facts_of, grid.strategies_of(self.plugins)))

    def _facts_of(self, source: Source | None, target: Target) -> Facts:
        key = source.name if source else None, target.name
        if key not in self._facts:
            whole, same = self.domains.target(target).domain, self.domains.same_inputs(source, target)
            self._facts[key] = Facts(whole, self._tasks(source), same)
        return self._facts[key]

    def _tasks(self, source: Source | None) -> tuple[Task, ...] | None:
        """What a source was trained for; None where a file that should tell cannot be read."""
        tasks = tuple(domain.task for domain in self.domains.sources(source))
        if tasks or source is None:
            return tasks
        try:
            return self.artefacts.given(source).tasks
        except RelxferError:
            return None  # the cells that need it will fail with this error; the others need not
