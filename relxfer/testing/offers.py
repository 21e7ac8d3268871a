"""What the contracts of all kinds of offers share: finding the offer, building it, and the tests of its record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from relxfer.contract.plain import Table
from relxfer.contract.records import Record
from relxfer.declare.experiment import Chosen
from relxfer.declare.resolve import options_model
from relxfer.plugins.finder import Plugins
from relxfer.testing import harness

T = TypeVar("T")


class OfferContract:
    """Base of the contracts: an offer by its name, with options, from plugins that need not be installed.

    record   the type of its record
    key      the attribute of the class that names the offer
    options  its options, as in a configuration
    plugins  modules with hooks, for plugins that are not installed
    """

    record: ClassVar[type[Record]]
    key: ClassVar[str]
    options: Table = {}
    plugins: Sequence[Any] = ()

    # ------------------------------------------------------------------ what tests use

    def loaded(self) -> Plugins:
        """All installed plugins, and those of the class."""
        return self.once("_loaded", lambda: harness.plugins_with(self.plugins))

    def chosen(self, options: Table | None = None) -> Chosen:
        """The offer with validated options; those of the class, if none are given."""
        offer = self.loaded().find(self.record.kind, getattr(self, self.key))
        return Chosen(offer, options_model(offer).model_validate(self.options if options is None else options))

    def built(self, *rest: Any) -> Any:
        """A new object of the offer."""
        return self.chosen().build(*rest)

    @classmethod
    def once(cls, name: str, make: Callable[[], T]) -> T:
        """What `make` returns, made once for all tests of the class."""
        if name not in vars(cls):
            setattr(cls, name, make())
        return vars(cls)[name]

    # ------------------------------------------------------------------ tests of the record

    def test_it_is_offered_and_loads(self) -> None:
        from relxfer.plugins.finder import load_object

        record = self.chosen().record
        assert isinstance(record, self.record)
        assert load_object(record.load) is not None
        assert record.summary.strip(), "expected a summary, one line for `relxfer plugins`"
        assert "\n" not in record.summary, "expected a summary of one line"

    def test_its_options_are_explained(self) -> None:
        """`relxfer plugins show` prints the docstring below each field."""
        from relxfer.report import offers

        for offer in offers.describe(self.loaded(), getattr(self, self.key)):
            if offer.kind == self.record.kind:
                assert not offer.problem, offer.problem
                bare = [option.name for option in offer.options if not option.meaning]
                assert not bare, f"expected a docstring below each option, got none below {', '.join(bare)}"
