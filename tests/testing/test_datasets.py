"""The contract of data sets: data sets that do not keep it are caught."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from relxfer.contract.data import Domain
from relxfer.testing import DatasetContract, blobs

LOAD = blobs.load_target


class Contract(DatasetContract):
    dataset, plugins = "blobs-target", (blobs,)
    others = ({"train": 30},)


def plant(monkeypatch, change):
    monkeypatch.setattr(blobs, "load_target", lambda options, files: change(LOAD(options, files)))


def labels_in_inputs(domain):
    """A table beside the points holds the classes."""
    inputs = {"points": domain.inputs, "table": np.column_stack([domain.inputs, domain.unlabelled.answers * 3])}
    return replace(domain, inputs=inputs)


def one_hot_in_inputs(domain):
    return replace(domain, inputs={"points": domain.inputs, "hot": np.eye(3)[domain.unlabelled.answers]})


def drawn_anew(domain):
    return replace(domain, sha=str(np.random.default_rng().random()))


def test_in_training(domain):
    return replace(domain, test=domain.test.take(np.arange(5)), train=domain.train.take(np.arange(20)), val=domain.test)


test_in_training.__test__ = False


def same_sha_for_all(domain):
    return replace(domain, sha="points", train=domain.train.take(np.arange(9)), val=None, unlabelled=None, test=TEST)


TEST = LOAD(blobs.BlobsOptions(), {}).test


@dataclass(frozen=True)
class WrongRows(Domain):
    def restrict(self, rows):
        return replace(self, train=self.train.take(np.arange(len(rows))))

    def hold_out(self, rows):
        return replace(self, val=self.train.take(rows))

    def name_queries(self, queries):
        return {"point": [str(query) for query in queries]}

    def formats(self):
        return {".json": lambda answers, stream: stream.write(b"[]")}

    def ask(self, question):
        return self.test.take(np.arange(len(question["point"]))[::-1])


def wrong_rows(domain):
    return WrongRows(**{name: getattr(domain, name) for name in domain.__dataclass_fields__})


@pytest.mark.parametrize(
    ("change", "tests"),
    [
        (labels_in_inputs, ["test_inputs_hold_no_answers_of_the_test"]),
        (one_hot_in_inputs, ["test_inputs_hold_no_answers_of_the_test"]),
        (drawn_anew, ["test_it_loads_the_same_twice"]),
        (test_in_training, ["test_no_query_of_the_test_is_in_training"]),
        (same_sha_for_all, ["test_other_options_give_other_data"]),
        (
            wrong_rows,
            [
                "test_a_budget_keeps_its_labels_only",
                "test_what_is_held_out_leaves_training",
                "test_a_query_is_asked_by_its_name",
                "test_answers_are_written_in_its_formats",
            ],
        ),
    ],
)
def test_a_fault_is_caught(change, tests, failed, monkeypatch):
    plant(monkeypatch, change)
    assert failed(type("Planted", (Contract,), {}), *tests).keys() == set(tests)


def test_an_order_that_depends_on_the_process_is_caught(failed, tmp_path, monkeypatch):
    """The order of a set of texts: equal within one process, and not in another."""
    text = """
import numpy as np
from dataclasses import replace
from relxfer import Dataset, hookimpl
from relxfer.testing import blobs

def load(options, files):
    made = blobs.load_target(options, files)
    order = [int(name) for name in {str(row) for row in range(len(made.train))}]
    return replace(made, train=made.train.take(np.array(order)))

@hookimpl
def relxfer_datasets():
    return [Dataset(name="set-order", load="set_order:load", options="relxfer.testing.blobs:BlobsOptions",
                    content="blobs.points", summary="in the order of a set")]
"""
    (tmp_path / "set_order.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    import set_order

    contract = type("Planted", (DatasetContract,), {"dataset": "set-order", "plugins": (blobs, set_order)})
    messages = failed(contract, "test_it_loads_the_same_twice", "test_another_process_loads_the_same")
    assert messages.keys() == {"test_another_process_loads_the_same"}
    assert "in the order of a set" in str(messages)


def test_a_data_set_without_fault_passes(failed):
    assert failed(type("Whole", (Contract,), {})) == {}
