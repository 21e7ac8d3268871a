"""The only console there is: what reaches it is shown as it is, and interpreted by nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from relxfer.store import escaping


class PlainConsole(Console):
    """A console of rich's without markup, emoji codes and highlighting, on which control characters are visible."""

    def __init__(self, **options: Any):
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render_str(self, text: str, **how: Any) -> Text:
        """Escaped before it is measured, so that columns stay in line."""
        return super().render_str(escaping.terminal(text, lines=True), **how)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Of texts that somebody made otherwise, the last look; rich's own control codes are no texts."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=escaping.terminal(segment.text, lines=True))
