"""The objects that run an experiment in one run directory."""

from __future__ import annotations

from functools import partial

from relxfer.declare.experiment import Experiment, Source, Target, training_of
from relxfer.execute.artefacts import Artefacts
from relxfer.execute.attach import Attach
from relxfer.execute.cell import Cells
from relxfer.execute.domains import Domains
from relxfer.execute.events import Events
from relxfer.execute.sources import Sources
from relxfer.execute.stored.validation import Validation
from relxfer.execute.transfers.transfer import Transfers
from relxfer.execute.transfers.trials import Trials
from relxfer.judge.scoring import Scorer
from relxfer.plan import grid
from relxfer.plan.cells import PlannedCell
from relxfer.plan.refusals import Facts
from relxfer.plugins.finder import Plugins
from relxfer.plugins.versions import Versions
from relxfer.store.run_directory import Store
from relxfer.train import memory
from relxfer.train.machine import available_threads


class Engine:
    """One experiment in one run directory.

    code        versions of the code that can decide a result
    scorer      the metrics that plugins offer
    domains     the data; tests stay sealed
    artefacts   the models that are read from files
    attach      attaches models to data
    sources     pre-trains sources
    transfers   trains cells without their tests
    trials      runs trials, which are never judged
    validation  scores by which finished cells are compared
    cells       runs and evaluates cells
    cores       how many cores each worker of the executor has of its own; None: they share those of this process
    """

    def __init__(
        self,
        experiment: Experiment,
        plugins: Plugins,
        store: Store,
        events: Events | None = None,
        domains: Domains | None = None,
    ):
        """`domains` are data that are loaded already; None: they are loaded when they are needed."""
        self.experiment, self.plugins, self.store, self.events = experiment, plugins, store, events or Events()
        self.cores: int | None = None
        self.code = Versions()
        self.scorer = Scorer(plugins)
        self.artefacts = Artefacts(experiment, plugins)
        self.domains = domains or Domains(experiment, plugins, self.scorer, self.artefacts)
        self.attach = Attach(experiment.config.device, self.code)
        shared = self.domains, self.artefacts, self.attach
        self.sources = Sources(experiment, store, self.events, self.code, *shared)
        training = partial(training_of, experiment.config.training)
        self.transfers = Transfers(training, store, self.events, self.code, plugins, self.attach)
        self.trials = Trials(self.transfers)
        self.validation = Validation(plugins, store, self.domains, self.attach)
        runs = self.sources, self.transfers, self.trials, self.validation
        self.cells = Cells(experiment, store, self.events, self.domains, *runs)
        self._facts: dict[tuple[str | None, str], Facts] = {}
        memory.tell("returned")  # the default, until a cell is run whose adapter wants otherwise

    def plan(self) -> list[PlannedCell]:
        """Every cell of the plan, with the refusals that follow from the loaded data."""
        for target in self.experiment.targets:
            self.domains.check_map(target)
        return list(grid.cells(self.experiment, self._facts_of, grid.strategies_of(self.plugins)))

    def threads(self, jobs: int) -> int:
        """Threads of one job, so that all jobs that run at a time have together at most those available."""
        wanted = self.experiment.config.threads
        if self.cores is not None:
            return min(wanted or self.cores, self.cores)
        return max(1, available_threads(wanted) // max(1, jobs))

    def _facts_of(self, source: Source | None, target: Target) -> Facts:
        key = source.name if source else None, target.name
        if key not in self._facts:
            data, same = self.domains.target(target, source).domain, self.domains.same_inputs(source, target)
            self._facts[key] = Facts(data, self.domains.tasks(source, target), same)
        return self._facts[key]
