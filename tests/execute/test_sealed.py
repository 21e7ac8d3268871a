"""The test of a data set is opened by one object, and by nobody before a model is trained."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from relxfer.choose import relatedness
from relxfer.contract.data import Domain, Examples
from relxfer.declare import resolve
from relxfer.execute import sealed
from relxfer.execute.engine import Engine
from relxfer.execute.forecast import forecast
from relxfer.execute.sealed import Sealed, known_to
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.clustering import Clustering
from relxfer.judge.metrics.ranking import Ranking
from relxfer.plan.views import digest
from relxfer.predict import predictions
from relxfer.store.run_directory import Store
from relxfer.testing import blobs, harness

ROOT = Path(sealed.__file__).parents[1]
#: What runs, reports and predicts; plan and judge are handed what they work on.
PACKAGES = ("execute", "predict", "choose", "report", "cli")


def complete(**options) -> Domain:
    return blobs.load_target(blobs.BlobsOptions(**options), {})


# ------------------------------------------------------------------ who reads a test


def reads_tests(path: Path) -> bool:
    """Whether a module reads an attribute `test`, or asks a domain for all that its splits hold."""
    tree = ast.parse(path.read_text())
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    asks = {call.func.attr for call in calls if not call.args and not call.keywords}
    return "test" in named or "known" in asks


def test_one_module_reads_tests():
    modules = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    assert len(modules) > 40
    assert [path.relative_to(ROOT).as_posix() for path in modules if reads_tests(path)] == ["execute/sealed.py"]


def test_one_module_loads_complete_domains():
    text = {path: path.read_text() for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    # and one module of the report, for pictures of mistakes: it is asked when the run has ended
    assert sorted(path.name for path, code in text.items() if "domain_of(" in code) == ["domains.py", "thumbnails.py"]


@pytest.fixture
def readers(monkeypatch):
    """The files of relxfer that stood on the stack when somebody read a test that is there, for each reading."""
    found: list[set[str]] = []
    read = object.__getattribute__

    def watched(domain, name):
        value = read(domain, name)
        if name == "test" and value is not None:
            frame, files = sys._getframe(1), set()
            while frame is not None:
                files.add(frame.f_code.co_filename)
                frame = frame.f_back
            found.append({Path(file).relative_to(ROOT).as_posix() for file in files if file.startswith(str(ROOT))})
        return value

    monkeypatch.setattr(Domain, "__getattribute__", watched)
    return found


def test_whoever_reads_a_test_was_called_by_the_object_that_keeps_it(readers, tmp_path):
    """In a run with its oracle, its predictions, a ranking of its source, and a forecast."""
    config = {
        "seeds": 1, "threads": 1, "device": "cpu",
        "source": {"name": "s", "datasets": ["blobs-source"], "training": {"steps": 2}},
        "target": {"name": "t", "dataset": "blobs-target", "label_budgets": [6, "all"]},
        "training": {"steps": 2}, "strategy": ["finetune"], "report": {"oracle": True},
    }  # fmt: skip
    plugins = harness.plugins_with([blobs])
    results = harness.run(config, tmp_path / "run", [blobs])
    assert not results.failed
    assert results.targets["t"].counts["test"].queries == 24
    chosen = predictions.choose(tmp_path / "run", plugins)
    assert len(predictions.answers(chosen, Examples(chosen.domain.inputs, np.arange(3)), 1).table()["answer"]) == 3
    experiment = resolve.load(config, plugins)
    assert relatedness.pairs(Engine(experiment, plugins, Store(tmp_path / "none")), [results])
    assert forecast(experiment, plugins, tmp_path / "none").rows[0].queries == 2 * 24
    loading = {"data/load.py", "testing/blobs.py"}
    assert any("execute/sealed.py" in files for files in readers)
    assert [files for files in readers if not files & (loading | {"execute/sealed.py"})] == []


# ------------------------------------------------------------------ what it tells


def test_what_it_hands_out_has_no_test():
    whole = complete()
    found = Sealed(whole)
    assert found.domain.test is None
    assert found.domain == replace(whole, test=None)
    assert (found.count, found.size) == (len(whole.test), (len(whole.test), len(whole.test)))
    posed = found.posed(Clustering().posed)
    assert posed.domain.test is None
    assert posed.domain.train is None
    assert posed.count == found.count


def test_without_a_test_or_its_answers_there_is_nothing_to_judge():
    whole = complete()
    assert (Sealed(replace(whole, test=None)).count, Sealed(replace(whole, test=None)).size) == (0, None)
    assert Sealed(replace(whole, test=whole.test.hidden())).count == 0


def test_units_of_the_test_are_counted_once():
    whole = complete()
    units = np.arange(len(whole.test)) // 2
    assert Sealed(replace(whole, test=replace(whole.test, units=units))).size == (24, 12)


def test_its_fingerprint_is_of_the_test_and_of_what_was_known_before_it_was_thinned():
    whole = complete()
    other = replace(whole, test=whole.test.take(np.arange(10)))
    assert Sealed(whole).digests == [digest(whole)] * 2
    assert Sealed(other).digests != Sealed(whole).digests
    assert Sealed(other, whole).digests == [digest(other), digest(whole)]


def test_the_same_data_under_another_split_is_known_with_its_test():
    whole = complete()
    swapped = replace(whole, train=whole.test, test=whole.train)
    assert Sealed(whole).same_data(Sealed(swapped))
    assert not Sealed(whole).same_data(Sealed(complete(shuffle_test=1)))


class Asked:
    """A learner that knows the answers to the queries; it keeps what it was asked."""

    def __init__(self, answers):
        self.answers, self.examples = answers, None

    def predict(self, examples):
        self.examples = examples
        yield np.eye(3)[self.answers[examples.queries]]


def test_a_judgement_hides_the_answers_and_the_order_of_the_test():
    whole = complete()
    test = whole.test
    answers = np.zeros(72, int)
    answers[test.queries] = test.answers
    learner = Asked(answers)
    found = Sealed(whole).judge(learner, whole.inputs)
    assert (learner.examples.answers, learner.examples.units) == (None, None)
    assert learner.examples.queries.tolist() != test.queries.tolist()
    assert sorted(learner.examples.queries.tolist()) == sorted(test.queries.tolist())
    assert Classification.results(found.results).accuracy().values.mean() == 1
    arrays = found.arrays
    assert arrays["answers"].tolist() == test.answers.tolist(), "stored in the order of the test"
    assert arrays["units"].tolist() == test.unit_ids().tolist()


def test_a_judgement_asks_of_the_inputs_that_the_strategy_saw():
    whole = complete()
    learner, others = Asked(np.zeros(72, int)), np.zeros((72, 2), np.float32)
    Sealed(whole).judge(learner, others)
    assert learner.examples.inputs is others


def test_an_audit_is_the_adapters_and_empty_where_it_has_none():
    class Counts:
        def audit(self, domain):
            return {"test points": len(domain.test)}

    assert Sealed(complete()).audit(Counts()) == {"test points": 24}
    assert Sealed(complete()).audit(object()) == {}


def test_it_is_opened_for_the_users_own_questions_with_what_was_thinned_too():
    whole = complete()
    thin = Sealed(whole.restrict(np.arange(4)), whole)
    opened = thin.opened()
    assert (opened.val, opened.test) == (None, None)
    assert len(opened.train) == len(whole.train) + len(whole.val) + len(whole.test)
    assert thin.domain.test is None


def test_nothing_that_judges_or_selects_opens_a_test():
    root = Path(sealed.__file__).parents[1]
    callers = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if ".opened()" in path.read_text()}
    assert {caller for caller in callers if not caller.startswith("predict/")} == set()
    assert callers, "the method is used"


def test_known_is_what_is_seen_where_answers_are_open():
    train, test = (Examples("x", np.array([query]), np.array([answer])) for query, answer in ((5, 1), (9, 2)))
    domain = Domain("d", Ranking(("a", "b", "c"), open=True), "x", "sha", train=train, test=test)
    whole, asked = Sealed(domain), Examples("x", np.array([5, 9]))
    assert known_to(whole.domain, asked).answers.tolist() == [1]
    assert known_to(whole.opened(), asked).answers.tolist() == [1, 2]
    assert known_to(complete(), asked) is None
