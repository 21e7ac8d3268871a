"""Data is loaded once; what a cell is shown is cut from it."""

from __future__ import annotations

from relxfer.contract.data import Domain
from relxfer.execute import domains
from relxfer.execute.domains import label_count

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
