"""The contract of a data set, as a class of tests to inherit from."""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from relxfer.contract.data import Domain, Examples
from relxfer.contract.options import Options
from relxfer.contract.plain import Table
from relxfer.contract.records import DATA_NAMES, Dataset, Record, TargetAdapter
from relxfer.data.leaks import leak
from relxfer.data.load import domain_of
from relxfer.declare import reading
from relxfer.declare.experiment import Chosen
from relxfer.declare.resolve import options_model
from relxfer.plan.views import digest, target_view
from relxfer.predict.answers import block
from relxfer.predict.formats.by_ending import TABLES
from relxfer.predict.scores import Best
from relxfer.testing.offers import OfferContract


class DatasetContract(OfferContract):
    """Tests of what every data set must fulfil; inherit from it and set `dataset`.

    dataset  name of the data set
    options  its options in the configuration
    plugins  modules with hooks, for plugins that are not installed
    others   further options, each a table; their data must differ from one another and from those of `options`
    """

    record: ClassVar[type[Record]] = Dataset
    key = "dataset"
    dataset: str
    others: Sequence[Table] = ()

    @pytest.fixture
    def domain(self) -> Domain:
        """The domain, loaded once for all tests of the class."""
        return self.once("_domain", self._load)

    def _load(self, options: Table | None = None) -> Domain:
        return domain_of(self.chosen(options))

    # ------------------------------------------------------------------ the data

    def test_it_is_complete(self, domain: Domain) -> None:
        assert domain.test is not None, "expected a test split"
        assert domain.test.answers is not None, "expected the test split with its answers"
        assert domain.train is not None or domain.unlabelled is not None, "expected queries to train on"
        assert domain.task.answers or not domain.task.classes, "expected the names of the answers"

    def test_it_loads_the_same_twice(self, domain: Domain) -> None:
        assert digest(self._load()) == digest(domain), "expected the same data from a second call of the loader"

    def test_another_process_loads_the_same(self, domain: Domain) -> None:
        """Where sets of texts have another order, and nothing is in memory yet."""
        if any(not getattr(plugin, "__file__", None) for plugin in self.plugins):
            pytest.skip("a plugin that is no module cannot be loaded in another process")
        known = [(plugin.__name__, plugin.__file__) for plugin in self.plugins]
        asked = json.dumps([type(self).record.kind, getattr(self, self.key), self._written(), known])
        code = "import sys; from relxfer.testing.datasets import tell; tell(sys.stdin.read())"
        environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        done = subprocess.run(
            [sys.executable, "-c", code], input=asked, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout.splitlines()[-1]) == json.loads(json.dumps(digest(domain))), (
            "expected the same data in another process; is something in the order of a set, or drawn without a seed?"
        )

    def _written(self) -> Table:
        """The options as JSON, with absolute paths."""
        return json.loads(json.dumps(self.chosen().card(), default=str)) | {"use": None}

    def test_other_options_give_other_data(self, domain: Domain) -> None:
        if not self.others:
            pytest.skip("no other options are named (others = ...)")
        known = {json.dumps(digest(domain), sort_keys=True): "the options of the class"}
        for options in self.others:
            made = json.dumps(digest(self._load(options)), sort_keys=True)
            assert made not in known, (
                f"expected {options} to give other digests (is sha of all inputs?) than {known[made]}"
            )
            known[made] = str(options)

    # ------------------------------------------------------------------ what is held out

    def test_no_query_of_the_test_is_in_training(self, domain: Domain) -> None:
        """Where candidates are open, one query may have several answers; then query and answer count."""
        assert domain.test is not None
        with_answers = domain.task.open
        asked = _rows(_held(domain, domain.test), with_answers)
        for name in ("train", "val"):
            split: Examples | None = getattr(domain, name)
            if split is not None:
                both = asked & _rows(_held(domain, split), with_answers)
                assert not both, f"expected test queries that are not in {name}, got {len(both)} that are"

    def test_inputs_hold_no_answers_of_the_test(self, domain: Domain) -> None:
        found = leak(domain)
        assert found is None, f"expected inputs without the answers of the test, but {found}"

    # ------------------------------------------------------------------ what the engine does with it

    def test_a_budget_keeps_its_labels_only(self, domain: Domain) -> None:
        if domain.train is None:
            pytest.skip("the data set has no training labels")
        rows = np.arange(0, len(domain.train), 2)
        units = np.unique(domain.train.unit_ids()[rows])
        rows = np.flatnonzero(np.isin(domain.train.unit_ids(), units))
        cut = domain.restrict(rows)
        assert cut.train is not None
        assert _same(_held(domain, cut.train), _held(domain, domain.train.take(rows))), (
            "expected restrict(rows) to keep the answers of these rows"
        )
        assert digest(domain.restrict(rows)) == digest(cut), "expected restrict(rows) to give the same data each time"
        if domain.task.self_supervised and len(rows) < len(domain.train):
            assert cut.sha != domain.sha, "expected answers beyond the budget to leave inputs that hold answers"

    def test_what_is_held_out_leaves_training(self, domain: Domain) -> None:
        if domain.train is None:
            pytest.skip("the data set has no training labels")
        units = np.unique(domain.train.unit_ids())
        rows = np.flatnonzero(np.isin(domain.train.unit_ids(), units[: max(1, len(units) // 4)]))
        held = domain.hold_out(rows)
        assert held.train is not None
        assert held.val is not None
        rest = np.setdiff1d(np.arange(len(domain.train)), rows)
        pairs = ((held.val, rows, "validate with these rows"), (held.train, rest, "train with the other rows"))
        for split, kept, what in pairs:
            same = _same(_held(domain, split), _held(domain, domain.train.take(kept)))
            assert same, f"expected hold_out(rows) to {what}"

    def test_a_strategy_sees_no_test(self, domain: Domain) -> None:
        view = target_view(domain, DATA_NAMES, "all", 0)
        assert view.test is None
        assert view.unlabelled is None or view.unlabelled.answers is None

    # ------------------------------------------------------------------ what the user's own questions know

    def test_all_that_is_known_is_observed(self, domain: Domain) -> None:
        whole = domain.whole()
        assert whole.val is None, "expected whole() without validation answers that are held out"
        assert whole.test is None, "expected whole() without a test"
        assert digest(domain.whole()) == digest(whole), "expected whole() to give the same data each time"
        labelled = [s for s in (domain.train, domain.val, domain.test) if s is not None and s.answers is not None]
        rows = set().union(*(_rows(_held(domain, split), True) for split in labelled))
        assert whole.train is not None, "expected whole() with every known answer for training"
        missing = rows - _rows(_held(whole, whole.train), True)
        assert not missing, f"expected whole() to have every known answer, got {len(missing)} that are missing"
        if domain.task.self_supervised and rows - _rows(_held(domain, domain.train or domain.test), True):  # type: ignore[arg-type]
            assert whole.sha != domain.sha, "expected answers that were held out to enter inputs that hold answers"

    def test_what_is_stored_of_it_is_restored(self, domain: Domain) -> None:
        whole = domain.whole()
        arrays, card = whole.observed()
        if not arrays:
            pytest.skip("questions bring their inputs, so that nothing is stored")
        adapter = self._adapter()
        assert hasattr(adapter, "restored"), "expected an adapter with restored(task, arrays, card)"
        made = adapter.restored(whole.task, arrays, json.loads(json.dumps(card)))
        assert made.sha == whole.sha, "expected the same inputs, restored from what observed() returned"
        assert made.task.same_as(whole.task)
        assert whole.train is not None
        columns = made.name_queries(whole.train.queries[:5])
        assert columns == whole.name_queries(whole.train.queries[:5]), "expected the same names"

    # ------------------------------------------------------------------ names

    def test_its_queries_have_names(self, domain: Domain) -> None:
        assert domain.test is not None
        columns = domain.name_queries(domain.test.queries)
        assert columns, "expected a column of names"
        for name, column in columns.items():
            assert len(column) == len(domain.test), f"expected a name in column {name!r} for each query"
            assert all(isinstance(each, str) for each in column), f"expected texts in column {name!r}"

    def test_a_query_is_asked_by_its_name(self, domain: Domain) -> None:
        if type(domain).ask is Domain.ask:
            pytest.skip("the domain takes no questions by name")
        assert domain.test is not None
        columns = domain.name_queries(domain.test.queries)
        if "file" in columns:
            pytest.skip("questions are files, which need not belong to the data set")
        asked = domain.ask(columns)
        assert np.array_equal(asked.queries, domain.test.queries), "expected the queries that have these names"
        assert asked.answers is None, "expected questions without answers"

    def test_answers_are_written_in_its_formats(self, domain: Domain) -> None:
        formats, task = domain.formats(), domain.task
        if not formats:
            pytest.skip("the domain writes tables alone (no formats)")
        assert domain.test is not None
        queries = domain.test.queries[:3]
        answers = np.tile(np.arange(len(task.answers))[: None if not task.ranked else 2], (len(queries), 1))
        cells = block(domain, queries, Best.first(answers, np.full(answers.shape, 0.5)))
        columns = (*domain.name_queries(queries), "answer", *(["rank"] if task.ranked else []), task.shows)
        for ending, write in formats.items():
            assert ending.startswith("."), f"expected endings that begin with a point, got {ending!r}"
            assert ending not in TABLES, f"expected formats other than tables, got {ending!r}"
            stream = io.BytesIO()
            write(dict(zip(columns, cells, strict=True)), stream)
            assert stream.getvalue(), f"expected content of a {ending}, got nothing"

    def test_it_says_which_questions_have_answers(self, domain: Domain) -> None:
        assert domain.test is not None
        queries = domain.test.queries
        likely = domain.answerable(queries)
        if likely is None:
            pytest.skip("every query of the domain has an answer (no answerable)")
        assert likely.shape == (len(queries),), f"expected a probability of each query, got {list(likely.shape)}"
        assert np.isfinite(likely).all(), "expected probabilities that are numbers"
        assert likely.min() >= 0, f"expected probabilities from 0 on, got {likely.min()}"
        assert likely.max() <= 1, f"expected probabilities up to 1, got {likely.max()}"
        some = domain.answerable(queries[::2])
        assert some is not None
        assert np.allclose(some, likely[::2]), "expected a probability that depends on its own query only"

    def test_its_counts_are_those_of_its_card(self, domain: Domain) -> None:
        told = getattr(self.chosen().record, "counts", {})
        counts = getattr(self._adapter(), "counts", None) if told else None
        if counts is None:
            pytest.skip("the card has no counts, or the adapter counts nothing")
        counted = counts(domain)
        wrong = {name: (count, counted[name]) for name, count in told.items() if counted.get(name, count) != count}
        assert not wrong, f"expected the counts of the card, got {wrong} (name: (card, data))"

    def _adapter(self) -> object:
        """The adapter of the data set, with its default options."""
        offer = self.loaded().find(TargetAdapter.kind, reading.adapter_of(self.loaded(), self.chosen().record))
        return Chosen(offer, options_model(offer)()).build()


def _held(domain: Domain, examples: Examples) -> Examples:
    """The examples; of links between nodes, those that are there, since pairs without a link are drawn anew."""
    if domain.task.self_supervised and not domain.task.open and examples.answers is not None:
        return examples.take(np.flatnonzero(examples.answers))
    return examples


def _rows(examples: Examples, with_answers: bool) -> set[tuple[int, ...]]:
    parts = [examples.queries.reshape(len(examples), -1)]
    if with_answers and examples.answers is not None:
        parts.append(examples.answers.reshape(len(examples), -1))
    return {tuple(row) for row in np.column_stack(parts).tolist()}


def _same(first: Examples, second: Examples) -> bool:
    return np.array_equal(first.queries, second.queries) and np.array_equal(
        np.asarray(first.answers), np.asarray(second.answers)
    )


def tell(asked: str) -> None:
    """Print the digests of a data set as JSON; called in another process.

    asked  JSON of the kind of record, the name, the options, and the name and the file of each plugin
    """
    from relxfer.testing import harness

    kind, name, written, known = json.loads(asked)
    loaded = harness.plugins_with([_module(*each) for each in known])
    offer = loaded.find(kind, name)
    options: Options = options_model(offer).model_validate({k: v for k, v in written.items() if k != "use"})  # type: ignore[assignment]
    print(json.dumps(digest(domain_of(Chosen(offer, options)))))


def _module(name: str, file: str) -> object:
    """A module by its name, or from its file where that name cannot be imported."""
    try:
        return importlib.import_module(name)
    except ImportError:
        spec = importlib.util.spec_from_file_location(name, Path(file))
        assert spec is not None and spec.loader is not None  # noqa: PT018
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
