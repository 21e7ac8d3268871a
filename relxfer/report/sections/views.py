"""The sections that a user asks for, those of plugins among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.pretty import Pretty
from rich.protocol import is_renderable
from rich.text import Text

from relxfer.contract.records import ReportSection
from relxfer.errors import UnknownName
from relxfer.plugins.finder import Offer, Plugins, load_object
from relxfer.report import wording
from relxfer.report.sections import VIEWS
from relxfer.results.results import Results
from relxfer.store import escaping


def names(plugins: Plugins | None) -> list[str]:
    """The names of all sections, those of plugins last."""
    return [*VIEWS, *(offer.record.name for offer in _offers(plugins))]


def there(results: Results) -> list[str]:
    """The sections of relxfer that have something to show."""
    return [name for name, view in VIEWS.items() if load_object(view)(results) is not None]


def check(wanted: Sequence[str], plugins: Plugins | None) -> None:
    """Check names of sections.

    Raises:
        UnknownName: there is no such section.
    """
    known = names(plugins)
    for name in wanted:
        if name not in known:
            raise UnknownName("section of the report", name, known)


def render(results: Results, plugins: Plugins | None, wanted: Sequence[str]) -> Iterator[RenderableType]:
    """The sections that are wanted, in their own order; those with nothing to show are left out.

    results  as they are: sections of plugins get them so
    """
    shown = wording.distinct(escaping.every(results, escaping.terminal))
    for name, view in VIEWS.items():
        if name in wanted and (made := load_object(view)(shown)) is not None:
            yield Group(Text(f"\n{name}", style="bold underline"), made)
    for offer in _offers(plugins):
        if offer.record.name in wanted and (made := _of_plugin(offer, results)) is not None:
            yield _Section(offer.record.name, made)


def _offers(plugins: Plugins | None) -> Sequence[Offer]:
    return plugins.all(ReportSection.kind) if plugins else []


def _of_plugin(offer: Offer, results: Results) -> Any:
    """What a plugin shows; if it raises, the error in its place."""
    try:
        return load_object(offer.record.load)(results)
    except (Exception, SystemExit) as error:
        return _raised(offer.record.name, error)


@dataclass(frozen=True)
class _Section:
    """A section of a plugin. It is rendered here, because many renderables raise only when they are printed."""

    name: str
    made: Any

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        try:
            lines = list(console.render(self.made if is_renderable(self.made) else Pretty(self.made), options))
        except (Exception, SystemExit) as error:
            lines = list(console.render(_raised(self.name, error), options))
        return lines


def _raised(name: str, error: BaseException) -> Text:
    return Text(f"report section {name!r} raised {type(error).__name__}: {error}", style="red")
