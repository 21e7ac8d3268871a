"""The only console of relxfer: it shows text as it is, and interprets none of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from relxfer.store import escaping


class PlainConsole(Console):
    """A rich console without markup, emoji codes and highlighting, on which control characters are visible."""

    def __init__(self, **options: Any):
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render_str(self, text: str, **how: Any) -> Text:
        """Escape text before it is measured, so that columns line up."""
        return super().render_str(escaping.terminal(text, lines=True), **how)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Escape text that did not pass through `render_str`; rich's own control codes stay as they are."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=escaping.terminal(segment.text, lines=True))
