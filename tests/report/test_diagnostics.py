"""What strategies log: into the outcome, the report and its sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from rich.console import Console

from relxfer import Results
from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import TransferStrategy
from relxfer.judge.records import TopClass
from relxfer.report import cell as show
from relxfer.report import diagnostics, terminal
from relxfer.report.markdown import markdown
from relxfer.results.records import CellResult, Row
from relxfer.store.entry import Point
from relxfer.testing import blobs, harness

STEPS = 8


class OneClass:
    """Ends with a head that knows one class, and logs what an adversarial strategy would."""

    def __init__(self, options):
        pass

    def transfer(self, cell):
        def loss(step, batch):
            step.log(disc_acc=0.9 + 0.1 * step.progress, feature_norm=float(step.index))
            return cell.learner.loss(batch)

        cell.trainer.fit(cell.learner, loss, cell.target.train)

        def collapse():
            with torch.no_grad():
                cell.learner.head.bias[1] += 100

        cell.trainer.once(cell.learner, collapse)
        return cell.learner


class Plugin:
    relxfer_api_version = 2
    __name__ = "one_class"

    @hookimpl
    def relxfer_transfer_strategies(self):
        needs = ("source-model", "gradients", "target-labels")
        return [TransferStrategy(name="one-class", load=f"{__name__}:OneClass", needs=needs)]


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    config = {
        "threads": 1,
        "device": "cpu",
        "seeds": 2,
        "source": {"checkpoint": str(harness.pretrained(tmp_path_factory.getbasetemp()))},
        "target": {"dataset": "blobs-target"},
        "training": {"steps": STEPS, "batch_size": 8, "validations": 4},
        "strategy": {"use": "one-class"},
        "report": {"baselines": False},
    }
    return harness.run(config, tmp_path_factory.mktemp("logged"), [blobs, Plugin()])


def shown(renderable) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def test_the_last_values_are_in_the_outcome(logged):
    found = logged.cells[0].diagnostics
    assert found["disc_acc"] == pytest.approx(0.9 + 0.1 * (6.5 / STEPS))  # the mean of the last two steps
    assert found["feature_norm"] == 6.5
    assert logged.rows[0].diagnostics == found


def test_the_report_shows_them_and_says_what_they_mean(logged):
    text = shown(terminal.render(logged, wanted=["logged"]))
    assert "logged by the strategies" in text
    assert "disc_acc" in text
    where = "one-class at seeds 0, 1 (all labels, model → blobs-target)"
    assert f"{where} has collapsed: it predicts one class for up to 100 % of the target ('green'" in text
    assert f"{where}: its discriminator tells the domains apart (accuracy .981)" in text
    assert f"{where} has collapsed" in markdown(logged)


def test_a_cell_shows_their_course(logged):
    found = show.find(logged.cells[0].id, [logged.folder])
    text = shown(show.render(found))
    assert "▁▃▆█" in text
    assert "disc_acc" in text


def test_nothing_logged_nothing_shown():
    row = Row(source="a", target="b", strategy="s", role="candidate", budget="all", labels_per="target",
              setting="inductive", metric="accuracy", runs=1, planned=1, deterministic=False)  # fmt: skip
    assert diagnostics.logged(Results(Path("x"), "x", (), (row,))) is None
    assert diagnostics.courses([Point("fit-0", 0, {"loss": 1.0})]) is None


def test_what_is_no_number_is_left_out_of_a_course():
    values = [{"loss": float("nan")}, {"loss": 1.0}, {}, {"loss": float("inf")}, {"loss": 3.0}]
    points = [Point("fit-0", step, each) for step, each in enumerate(values)]
    assert "▁█" in shown(diagnostics.courses(points))


def said(*cells):
    base = CellResult(source="a", target="b", strategy="dann", role="candidate", budget="all", seed=3, status="done",
                      setting="unsupervised", labels=False, labels_per="target", seeded=True)  # fmt: skip
    made = (replace(base, **{"id": str(i), **cell}) for i, cell in enumerate(cells))
    cells = tuple(made)
    return [*diagnostics.collapsed(cells), *diagnostics.discriminators(cells)]


@pytest.mark.parametrize(
    ("accuracy", "words"),
    [(1.0, "tells the domains apart"), (0.95, "apart"), (0.94, None), (0.56, None), (0.55, "chance"), (0.46, "chance")],
)
def test_what_a_discriminator_tells(accuracy, words):
    found = said({"diagnostics": {"disc_acc": accuracy}})
    assert [words in line for line in found] == ([True] if words else [])


def test_priors_failed_and_shared_runs():
    top = TopClass("7", 0.97, 0.1)
    assert said({"top_class": top, "role": "prior"}, {"top_class": top, "status": "failed"}) == []
    (line,) = said({"top_class": top, "id": "x"}, {"top_class": top, "id": "x", "seed": 4})
    assert line.startswith("dann at seed 3 (all labels, a → b) has collapsed: it predicts one class for 97 %")
