"""Results as a notebook shows them."""

from __future__ import annotations

from relxfer.errors import UsageError
from relxfer.report.html import page
from relxfer.report.markdown import markdown as whole
from relxfer.report.parts import answer, outcome, warnings
from relxfer.report.shown.subject import Subject
from relxfer.results.results import Results

#: The level of headings.
_LEVEL = 4


def html(results: Results) -> str | None:
    """The answer, the table of results, and what endangers them; None without jinja2."""
    if not _with_html():
        return None
    subject = Subject.of(results)
    parts = [part for make in (answer.part, outcome.part, warnings.part) if (part := make(subject))]
    return "".join(page.rendered(part, "", _LEVEL) for part in parts)


def markdown(results: Results) -> str | None:
    """The report as Markdown; None where there is HTML."""
    return None if _with_html() else whole(results)


def _with_html() -> bool:
    try:
        page.environment()
        return True
    except UsageError:
        return False
