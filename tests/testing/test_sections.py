"""The contract of report sections: sections that do not keep it are caught."""

from __future__ import annotations

import pytest
from rich.text import Text

from relxfer import hookimpl
from relxfer.contract.records import ReportSection
from relxfer.testing import SectionContract


def troubles(results):
    """Keeps the contract: the reasons of failed cells."""
    reasons = [cell.reason for cell in results.cells if cell.status == "failed"]
    return Text("\n".join(reasons), style="red") if reasons else None


def raises(results):
    return f"slowest: {max(cell.seconds for cell in results.cells if cell.status == 'done'):.1f} s"


def writes_markup(results):
    return f"[bold]{len(results.cells)} cells[/bold]"


def reads_markup(results):
    return Text.from_markup("\n".join(cell.reason for cell in results.cells if cell.status == "failed") or "none")


def prints(results):
    print("cells:", len(results.cells))


class Lazy:
    """Raises when it is shown, where it is narrow."""

    def __rich_console__(self, console, options):
        yield " " * (options.max_width - 60) + "cells"[: 1 // (options.max_width > 60)]


def lazy(results):
    return Lazy()


CALLS = []


def counts_calls(results):
    CALLS.append(results)
    return f"shown {len(CALLS)} times"


MADE = (troubles, raises, writes_markup, reads_markup, prints, lazy, counts_calls)


class Plugin:
    __name__ = "sections with faults"

    @hookimpl
    def relxfer_report_sections(self):
        return [
            ReportSection(name=made.__name__.replace("_", "-"), load=f"{__name__}:{made.__name__}", summary="for tests")
            for made in MADE
        ]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """One run for all sections."""
    made = type("Shared", (SectionContract,), {"section": "troubles", "plugins": (Plugin(),)})()
    return SectionContract.results._get_wrapped_function()(made, tmp_path_factory)


def contract(made, results):
    name = made.__name__.replace("_", "-")
    return type("Planted", (SectionContract,), {"section": name, "plugins": (Plugin(),), "_results": results})


@pytest.mark.parametrize(
    ("made", "test"),
    [
        (raises, "test_it_takes_results_without_scores"),
        (writes_markup, "test_it_shows_texts_as_they_are"),
        (reads_markup, "test_it_shows_texts_as_they_are"),
        (prints, "test_it_prints_nothing_itself"),
        (lazy, "test_it_is_shown"),
        (counts_calls, "test_it_shows_the_same_each_time"),
    ],
)
def test_a_fault_is_caught(made, test, failed, results):
    assert test in failed(contract(made, results), test)


def test_a_section_without_fault_passes(failed, results):
    assert failed(contract(troubles, results)) == {}
