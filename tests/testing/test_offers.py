"""What the contracts of all kinds of offers test of a record."""

from __future__ import annotations

import pytest

from relxfer import Validator, hookimpl
from relxfer.contract.options import Options
from relxfer.errors import UnknownName
from relxfer.testing.offers import OfferContract


class Bare(Options):
    weight: float = 1.0


class Plugin:
    __name__ = "records with faults"

    @hookimpl
    def relxfer_validators(self):
        return [
            Validator(name="no-summary", load="relxfer_strategies.selecting.labelled:TargetVal"),
            Validator(name="bare", load=f"{__name__}:Bare", options=f"{__name__}:Bare", summary="no docstrings"),
            Validator(name="nowhere", load="relxfer_strategies:Nowhere", summary="nothing to load"),
        ]


class Contract(OfferContract):
    record, key, plugins = Validator, "validator", (Plugin(),)


@pytest.mark.parametrize(
    ("name", "test", "words"),
    [
        ("no-summary", "test_it_is_offered_and_loads", "expected a summary"),
        ("nowhere", "test_it_is_offered_and_loads", "Nowhere"),
        ("bare", "test_its_options_are_explained", "got none below weight"),
    ],
)
def test_a_fault_of_a_record_is_caught(name, test, words, failed):
    assert words in failed(type("Planted", (Contract,), {"validator": name}))[test]


def test_an_offer_is_found_and_built():
    made = type("Found", (Contract,), {"validator": "bare", "options": {"weight": 2.0}})()
    assert made.chosen().options.weight == 2
    assert made.chosen({"weight": 3.0}).options.weight == 3
    with pytest.raises(UnknownName):
        type("Lost", (Contract,), {"validator": "nobody"})().chosen()


def test_what_is_made_once_is_of_the_class():
    first, second = (type(name, (Contract,), {}) for name in ("A", "B"))
    assert [first.once("_x", lambda: 1), first.once("_x", lambda: 2), second.once("_x", lambda: 3)] == [1, 1, 3]
