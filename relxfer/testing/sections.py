"""The contract of a report section, as a class of tests to inherit from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from rich.pretty import Pretty
from rich.protocol import is_renderable

from relxfer import TransferStrategy, hookimpl
from relxfer.contract.records import ReportSection
from relxfer.results.results import Results
from relxfer.store import escaping, json_text
from relxfer.store.console import PlainConsole
from relxfer.testing import blobs, harness
from relxfer.testing.offers import OfferContract

#: The reason of a cell that failed: it has what looks like markup, and a control character.
REASON = "[bold]no scores[/bold] today \x1b[31m[link=x]see[/link]"


class Failing:
    """A strategy that fails, with a message that must be shown as it is."""

    def __init__(self, options: Any):
        self.options = options

    def transfer(self, cell: Any) -> Any:
        raise RuntimeError(REASON)


class Fails:
    """A plugin that offers the strategy `fails`."""

    @hookimpl
    def relxfer_transfer_strategies(self) -> Iterable[TransferStrategy]:
        return [TransferStrategy(name="fails", load="relxfer.testing.sections:Failing", needs=("target-labels",))]


class SectionContract(OfferContract):
    """Tests of what every report section must fulfil; inherit from it and set `section`.

    section  name of the section
    plugins  modules with hooks, for plugins that are not installed
    """

    record = ReportSection
    key = "section"
    section: str

    def config(self) -> dict[str, Any]:
        """The configuration whose results are shown; override it for a section that needs others."""
        return {
            "name": "contract",
            "seeds": 2,
            "threads": 1,
            "device": "cpu",
            "source": {"datasets": ["blobs-source"], "training": {"steps": 2}, "shared": True},
            "target": {"dataset": "blobs-target", "label_budgets": [0, 12]},
            "training": {"steps": 2},
            "strategy": [{"use": "finetune"}, {"use": "fails", "name": "odd"}],
            "report": {},
        }

    @pytest.fixture
    def results(self, tmp_path_factory: pytest.TempPathFactory) -> Results:
        """A run with cells that are done, failed and refused, made once for all tests of the class."""
        run = lambda: harness.run(self.config(), tmp_path_factory.mktemp("section"), [blobs, Fails(), *self.plugins])  # noqa: E731
        return self.once("_results", run)

    def _shown(self, results: Results, width: int = 100) -> str:
        """The section as the report shows it; an error of it is raised."""
        made = self._made(results)
        if made is None:
            return ""
        written = StringIO()
        PlainConsole(file=written, width=width).print(made if is_renderable(made) else Pretty(made))
        return written.getvalue()

    def _made(self, results: Results) -> Any:
        from relxfer.plugins.finder import load_object

        return load_object(self.chosen().record.load)(escaping.every(results, escaping.terminal))

    # ------------------------------------------------------------------ tests

    def test_it_is_shown(self, results: Results) -> None:
        """On narrow and wide terminals: many renderables raise only when they are shown."""
        for width in (40, 100, 1000):
            self._shown(results, width)

    def test_it_takes_results_without_scores(self, results: Results) -> None:
        """All cells failed, or were refused, or there are none."""
        for status in ("failed", "refused", "no cells"):
            cells = tuple(cell for cell in results.cells if cell.status == status)
            assert cells or status == "no cells"
            self._shown(replace(results, cells=cells, rows=()))

    def test_it_shows_the_same_each_time(self, results: Results) -> None:
        before = json_text.dumps(results.card(), default=str)
        assert self._shown(results) == self._shown(results)
        assert json_text.dumps(results.card(), default=str) == before, "expected results that stay as they were"

    def test_it_shows_stored_results_as_new_ones(self, results: Results) -> None:
        assert self._shown(Results.open(results.folder)) == self._shown(results)

    def test_it_prints_nothing_itself(self, results: Results, capfd: pytest.CaptureFixture[str]) -> None:
        self._made(results)
        shown = capfd.readouterr()
        assert not shown.out, "expected a section that returns what is shown, got one that prints"

    def test_it_shows_texts_as_they_are(self, results: Results) -> None:
        """What looks like markup in a name or a reason is shown, and has no effect; the section itself writes none."""
        shown = " ".join(self._shown(results, 1000).split())
        assert "\x1b" not in shown
        if "no scores" in shown:
            assert "[bold]no scores[/bold]" in shown, "expected the reason of a cell as it is, not as markup"
        own = shown.replace("[bold]no scores[/bold]", "").replace("[link=x]see[/link]", "")
        marks = re.findall(r"\[/?(?:bold|dim|italic|red|green|yellow|blue|cyan|magenta|link)[^\]]*\]|\[/\]", own)
        assert not marks, f"expected no markup, which would be shown as it is, got {marks}; return rich.text.Text"
