"""The progress of a run in a notebook: one line that is replaced, of HTML and of plain text, without control codes."""

from __future__ import annotations

import sys
import time
from html import escape
from typing import Any

from relxfer.execute.observing.listener import Listener
from relxfer.report import wording
from relxfer.store import escaping

#: Seconds between two changes of the line: a browser shows no more, and each is a message.
_SECONDS = 0.2


def there() -> bool:
    """Whether this process is the kernel of a notebook."""
    shell = sys.modules.get("IPython")
    made = shell.get_ipython() if shell is not None else None
    return made is not None and hasattr(made, "kernel")


class Line:
    """What IPython shows of a text and a share from 0 to 1 that is done.

    >>> Line("3 of 6 cells", 0.5)
    3 of 6 cells
    >>> Line("a <b>", 0.5)._repr_html_()
    '<progress value="0.500" max="1"></progress> a &lt;b&gt;'
    """

    def __init__(self, text: str, share: float):
        self.text, self.share = text, share

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f'<progress value="{self.share:.3f}" max="1"></progress> {escape(self.text)}'


class NotebookBar(Listener):
    """A listener that shows the events of a run in one line of a notebook.

    display  `IPython.display.display`
    """

    def __init__(self, display: Any):
        self.display = display
        self.handle: Any = None
        self.done = self.most = 0
        self.shown_at = -1.0
        self.started = time.monotonic()

    def _told(self, values: dict[str, Any]) -> dict[str, Any]:
        return escaping.every(values, escaping.terminal)

    def _run_started(self, at_most: int) -> None:
        self.most = at_most
        if at_most:
            self._show(f"0 of {at_most:,} cells", 0.0)

    def _step(self, cell: Any, step: int, steps: int) -> None:
        if time.monotonic() - self.shown_at >= _SECONDS:
            inside = step / max(steps, 1) if cell.get("target") else 0.0
            text = f"{self.done:,} of {self.most:,} cells; {cell['strategy']}, step {step:,} of {steps:,}"
            self._show(text, (self.done + inside) / max(self.most, 1))

    def _cell_finished(self, cell: Any) -> None:
        if cell.get("target"):
            self.done += 1
            self._show(f"{self.done:,} of {self.most:,} cells", self.done / max(self.most, 1))

    def _run_finished(self, results: Any) -> None:
        if self.handle is not None:
            failed = f", {len(results.failed):,} failed" if results.failed else ""
            seconds = wording.seconds(time.monotonic() - self.started)
            self._show(f"{self.done:,} cell{'s' * (self.done != 1)} in {seconds}{failed}", 1.0)

    def _show(self, text: str, share: float) -> None:
        self.shown_at = time.monotonic()
        if self.handle is None:
            self.handle = self.display(Line(text, share), display_id=True)
        else:
            self.handle.update(Line(text, share))
