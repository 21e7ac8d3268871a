"""Data is loaded once; what a cell is shown is cut from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.contract.data import Domain
from relxfer.errors import UnknownName
from relxfer.execute import domains
from relxfer.execute.domains import label_count
from relxfer.judge.metrics.classification import Classification
from relxfer.plan.answer_names import ordered_as

SHARED = {"source": [{"name": "s", "datasets": ["blobs-target"]}, {"name": "both", "datasets": ["blobs-source"] * 2}]}


def test_a_data_set_is_loaded_once_whatever_it_serves(small, monkeypatch):
    loads, load = [], domains.domain_of
    monkeypatch.setattr(domains, "domain_of", lambda dataset: loads.append(dataset.name) or load(dataset))
    engine = small(**SHARED)
    for _ in range(2):
        engine.plan()
        for source in engine.experiment.sources:
            engine.domains.sources(source)
    assert sorted(loads) == ["blobs-source", "blobs-target"]


def test_options_make_another_data_set(small):
    made = [{"name": f"t{n}", "dataset": {"use": "blobs-target", "train": n}} for n in (6, 9)]
    engine = small(target=made)
    assert [len(engine.domains.target(t).domain.train) for t in engine.experiment.targets] == [6, 9]


def test_a_target_is_as_its_task_has_it_and_keeps_what_it_was(small):
    engine = small(target={"dataset": "blobs-target", "task": "clustering"}, strategy=["scratch"])
    sealed = engine.domains.target(engine.experiment.targets[0])
    assert (sealed.domain.task.kind, sealed.domain.train) == ("clustering", None)
    assert {digest["task"]["kind"] for digest in sealed.digests} == {"clustering"}
    assert sealed.count == 24, "the test keeps its classes, against which clusters are judged"


def test_a_thinned_target_has_lost_facts_that_stay_known(small):
    """Where inputs are facts: they are the user's own, and are opened with everything else."""
    engine = small(source={"datasets": ["geo-world"]}, target={"dataset": "geo-us", "observed_fraction": 0.5})
    whole = small(source={"datasets": ["geo-world"]}, target={"dataset": "geo-us"})
    thin, full = (e.domains.target(e.experiment.targets[0]) for e in (engine, whole))
    assert len(thin.domain.train) < len(full.domain.train)
    assert thin.opened().sha == full.opened().sha


def test_rows_are_compared_by_validation_labels_of_their_budget_and_seed(small):
    engine = small(target={"dataset": "blobs-target", "label_budgets": [0, 6]}, strategy=["finetune", "zero-shot"])
    cells = {(cell.method.name, cell.budget): cell for cell in engine.plan()}
    rule = engine.domains.compared(cells["finetune", 6])
    assert (rule.rule, len(rule.target.val), rule.target.test) == ("target-val", 1, None)
    direct = engine.domains.compared(cells["zero-shot", 6])
    assert direct.card() == rule.card(), "whatever the strategy itself may see"
    assert engine.domains.compared(cells["zero-shot", 0]).validator is None


def test_only_what_the_needs_name_is_shown(small):
    engine = small()
    (cell, *_) = engine.plan()
    shown = engine.domains.shown(cell)
    assert (len(shown.target.train), len(shown.target.val), shown.target.test) == (5, 1, None)
    assert shown.sources == (), "fine-tuning needs the model of the source, and none of its data"
    assert label_count(shown.target) == 6
    engine = small(strategy=["dann"])
    shown = engine.domains.shown(engine.plan()[0])
    assert [source.test for source in shown.sources] == [None]
    assert shown.sources[0].train.answers is not None
    assert shown.target.train is None
    assert label_count(shown.target) == 0


def test_a_validator_has_views_of_its_own(small):
    engine = small(validator="target-val")
    shown = engine.domains.shown(engine.plan()[0])
    assert shown.selection.rule == "target-val"
    assert shown.selection.target is not shown.target
    assert shown.selection.target.val.queries.tolist() == shown.target.val.queries.tolist()


def test_a_source_without_data_is_shown_as_none(small):
    engine = small()
    assert engine.domains.sources(None) == ()
    assert not engine.domains.same_inputs(None, engine.experiment.targets[0])


def test_the_targets_own_data_is_known_by_its_content(small):
    engine = small(**SHARED)
    own, both = engine.experiment.sources
    target = engine.experiment.targets[0]
    assert engine.domains.same_inputs(own, target)
    assert not engine.domains.same_inputs(both, target)
    assert all(isinstance(domain, Domain) for domain in engine.domains.sources(both))


def test_labels_are_cut_once_for_the_strategy_and_the_validator(small, monkeypatch):
    cuts, labelled = [], domains.labelled
    monkeypatch.setattr(domains, "labelled", lambda *given: cuts.append(given) or labelled(*given))
    engine = small()
    shown = engine.domains.shown(engine.plan()[0])
    cuts.clear()
    again = engine.domains.shown(engine.plan()[0])
    assert len(cuts) == 1
    assert again.selection.target.val.queries.tolist() == shown.target.val.queries.tolist()


@pytest.fixture
def reordered(monkeypatch):
    """The target has its classes in another order than the source."""
    load, order = domains.domain_of, [Classification(("blue", "red", "green"))]

    def made(dataset):
        domain = load(dataset)
        return ordered_as(domain, order) if dataset.name == "blobs-target" else domain

    monkeypatch.setattr(domains, "domain_of", made)


@pytest.fixture
def unlabelled(monkeypatch):
    """Of the target nothing is known but its points."""
    load = domains.domain_of

    def made(dataset):
        domain = load(dataset)
        if dataset.name != "blobs-target":
            return domain
        return replace(domain, task=Classification(()), train=None, val=None, test=None)

    monkeypatch.setattr(domains, "domain_of", made)


def _accuracies(results):
    return {cell.strategy: cell.metrics["accuracy"] for cell in results.cells if cell.seed == 0}


STRATEGIES = ["zero-shot", "mmd"]


def test_the_order_of_classes_changes_no_result(small, tmp_path, request):
    training = {"steps": 15, "batch_size": 16, "validations": 1, "lr": 0.02}
    table = {
        "seeds": [0],
        "source": {"name": "s", "datasets": ["blobs-source"], "training": training},
        "target": {"name": "t", "dataset": "blobs-target", "labels_per": "class", "label_budgets": [4]},
        "strategy": STRATEGIES,
    }
    plain = _accuracies(small.run(**table))
    request.getfixturevalue("reordered")
    small.folder = tmp_path / "other"
    small.folder.mkdir()
    results = small.run(**table)
    made = _accuracies(results)
    assert made["zero-shot"] == plain["zero-shot"] > 0.5
    assert made["mmd"] == plain["mmd"]
    assert set(made) == set(STRATEGIES), [cell.reason for cell in results.cells if cell.reason]


def test_labels_are_the_same_whatever_the_order(small, reordered):
    target = {"name": "t", "dataset": "blobs-target", "labels_per": "class", "label_budgets": [3]}
    engine = small(target=target, strategy=["finetune", "scratch"])
    drawn = {}
    for cell in engine.plan():
        shown = engine.domains.shown(cell).target
        names = [shown.task.answers[answer] for answer in shown.train.answers]
        drawn[cell.method.name, cell.seed] = shown.train.queries.tolist(), names
    assert drawn["finetune", 0] == drawn["scratch", 0]
    assert drawn["finetune", 0] != drawn["finetune", 1]


def test_data_sets_of_one_source_agree_on_an_order(small, reordered):
    engine = small(source={"name": "s", "datasets": ["blobs-source", "blobs-target"]})
    first, second = engine.domains.sources(engine.experiment.sources[0])
    assert first.task == second.task


def test_a_target_without_labels_has_the_classes_of_its_source(small, unlabelled):
    engine = small(strategy=["zero-shot", "mmd", "finetune"])
    refused = {cell.method.name for cell in engine.plan() if cell.refusal}
    assert refused == {"finetune"}
    target = engine.experiment.targets[0]
    assert engine.domains.target(target).domain.task == Classification(("red", "green", "blue"))
    results = small.run(strategy=["zero-shot", "mmd"])
    assert [cell.status for cell in results.cells] == ["done"] * 8
    assert all(not cell.n for cell in results.cells)


def test_a_class_map_gives_the_names_of_the_target(small, monkeypatch, tmp_path):
    mapped = {"red": "rouge", "green": "vert", "blue": "bleu"}
    target = {"name": "t", "dataset": {"use": "blobs-target", "answers": ["rouge", "vert", "bleu"]}}
    engine = small(target=target, strategy=["zero-shot", "mmd"])
    assert "have other answers" in engine.plan()[0].refusal
    results = small.run(target=target | {"class_map": mapped}, strategy=["zero-shot", "mmd"])
    assert {cell.status for cell in results.cells} == {"done"}
    plain = small.run(strategy=["zero-shot", "mmd"])
    assert _accuracies(results) == _accuracies(plain)
    assert {cell.top_class.name for cell in results.cells} <= {*mapped.values()}
    with pytest.raises(UnknownName, match="class_map of target 't' is called 'read'"):
        small(target=target | {"class_map": {"read": "rouge"}}, strategy=["mmd"]).plan()


def test_part_of_the_names_of_a_source_is_told(small):
    target = {"name": "t", "dataset": {"use": "blobs-target", "answers": ["red", "green", "yellow"]}}
    refusal = small(target=target, strategy=["zero-shot", "mmd"]).plan()[0].refusal
    assert "only the source has blue; only the target has yellow; where two mean the same" in refusal


def test_every_data_set_has_a_digest_with_its_test(small):
    """In the task that is asked of it; whatever is thinned or cut of it is no other data set."""
    before = small(**SHARED).domains.digests()
    assert list(before) == ["target t", "source s", "source both (1 of 2)", "source both (2 of 2)"]
    assert before["target t"] == before["source s"]
    shuffled = {"name": "t", "dataset": {"use": "blobs-target", "shuffle_test": 2}, "label_budgets": [6]}
    now = small(**SHARED, target=shuffled).domains.digests()
    assert {name for name in before if before[name] != now[name]} == {"target t"}
    asked = small(target={"name": "t", "dataset": "blobs-target", "task": "clustering"}, strategy=["scratch"])
    assert asked.domains.digests()["target t"] != before["target t"]


def test_labels_are_held_out_for_the_rows_whose_validator_needs_them(small):
    rows = ["finetune", {"use": "finetune", "name": "all", "validator": "last-step"}]
    target = {"dataset": "blobs-target", "label_budgets": [6]}
    engine = small(target=target, strategy=[*rows, {"use": "finetune", "name": "auto", "validator": "auto"}])
    cells = {cell.method.name: cell for cell in engine.plan()}
    seen = {name: engine.domains.shown(cells[name]) for name in ("finetune", "all", "auto")}
    assert {name: (len(each.target.train), each.selection.rule) for name, each in seen.items()} == {
        "finetune": (5, "target-val"),
        "all": (6, "last-step"),
        "auto": (5, "target-val"),
    }
    assert engine.domains.compared(cells["all"]).validator is None, "it has learnt every label"
    assert engine.domains.compared(cells["finetune"]).rule == "target-val"
    engine = small(target=target, strategy=rows, validator="last-step")
    cells = {cell.method.name: cell for cell in engine.plan()}
    assert len(engine.domains.shown(cells["finetune"]).target.train) == 6
