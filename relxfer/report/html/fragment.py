"""A small piece of HTML for notebooks: the answer and the table of results."""

from __future__ import annotations

import html

from relxfer.errors import UsageError
from relxfer.report.answers.answer import answers
from relxfer.report.html import page
from relxfer.report.parts import answer, outcome, warnings
from relxfer.report.shown.subject import Subject
from relxfer.results.results import Results
from relxfer.store import escaping


def fragment(results: Results) -> str:
    """The answer, the table and the warnings as HTML; as plain text where jinja2 is not installed."""
    try:
        page.environment()
    except UsageError:
        return _plain(results)
    subject = Subject(results, results)
    parts = [part for make in (answer.part, outcome.part, warnings.part) if (part := make(subject))]
    made = [page.rendered(part, "relxfer-", 4) for part in parts]
    style = page.environment().get_template("fragment.css").render()
    return f'<div class="relxfer"><style>{style}</style>{"".join(made)}</div>'


def _plain(results: Results) -> str:
    """The answer as text."""
    said = [f"{each.target}: {each.text} {each.use}" for each in answers(results)]
    return f"<pre>{html.escape(escaping.terminal(chr(10).join(said), lines=True))}</pre>"
