"""What is hashed, and what is told of a difference."""

from __future__ import annotations

import pytest

from relxfer.contract.options import TrainingOptions
from relxfer.errors import Changed
from relxfer.plan import fingerprints
from relxfer.plan.fingerprints import Fingerprint
from relxfer.plan.selection import Selection, Shown
from relxfer.plan.views import digest, target_view
from relxfer.plugins.versions import Versions
from relxfer.testing import blobs

DOMAIN = blobs.load_target(blobs.BlobsOptions(), {})


def shown(budget=6, seed=0, selection=Selection()):
    return Shown(target_view(DOMAIN, ("target-labels",), budget, seed), (), selection)


def transfer(cell, options=TrainingOptions(), artefact="sha", view=None):
    return fingerprints.of_transfer(cell, options, cell.model, artefact, view or shown(), Versions())


@pytest.fixture
def cell(cells):
    return cells(strategy=["finetune"], seeds=[0])[0]


def test_the_same_is_the_same_and_knows_its_parts(cell):
    assert transfer(cell) == transfer(cell)
    assert transfer(cell).parts == transfer(cell).parts


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"options": TrainingOptions(steps=7)}, "training options"),
        ({"artefact": "another"}, "source model"),
        ({"view": shown(budget=7)}, "data of the target"),
    ],
)
def test_what_has_changed_is_named(cell, changes, told):
    with pytest.raises(Changed, match=f"got another {told}: changed while the run went on"):
        transfer(cell, **changes).check(transfer(cell))
    transfer(cell, **changes).check(None)


def test_how_often_checkpoints_are_written_decides_nothing(cell):
    assert transfer(cell, TrainingOptions(checkpoint_seconds=1)) == transfer(cell)


def test_what_draws_no_random_number_is_the_same_for_all_seeds_and_steps(cells):
    first, second = cells(strategy=["zero-shot"], seeds=[0, 1])[:2]
    assert first.seed != second.seed
    assert transfer(first) == transfer(second, TrainingOptions(steps=7))
    assert transfer(first) != transfer(second, TrainingOptions(batch_size=3)), "rounding differs between batches"


def test_names_decide_nothing(cells):
    named = cells(
        strategy=[{"use": "finetune", "name": "mine"}], seeds=[0], target={"dataset": "blobs-target", "name": "x"}
    )
    assert transfer(named[0]) == transfer(cells(strategy=["finetune"], seeds=[0])[0])


def test_an_evaluation_is_of_the_transfer_and_of_the_test(cell):
    made = fingerprints.of_evaluation(transfer(cell), [digest(DOMAIN)] * 2)
    assert made != transfer(cell)
    other = fingerprints.of_evaluation(transfer(cell), [digest(DOMAIN), {}])
    with pytest.raises(Changed, match="got another data of the target or its test"):
        other.check(made)
    with pytest.raises(Changed, match="got another source model"):
        fingerprints.of_evaluation(transfer(cell, artefact="b"), [digest(DOMAIN)] * 2).check(made)


def test_a_source_stage_is_of_what_it_goes_on_from(cell):
    adapter, views = cell.target.adapter, [DOMAIN]
    found = {
        start: fingerprints.of_source(cell.source, start, adapter, views, Selection(), 0, Versions())
        for start in (None, "a", "b")
    }
    assert len(set(found.values())) == 3
    with pytest.raises(Changed, match="got another model to go on from"):
        found["a"].check(found["b"])


def test_plugins_in_process_are_known_by_their_own_version(cell):
    found = fingerprints.versions(Versions(), cell.model, *cell.method.stages)
    assert set(found) == {"relxfer", f"{cell.model.offer.plugin} {fingerprints.IN_PROCESS}"}


def test_it_is_its_hash():
    made = Fingerprint.of(a=1)
    assert len(made) == 64
    assert made == Fingerprint.of(a=1) != Fingerprint.of(b=1)
