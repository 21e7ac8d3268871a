"""What stands behind the answer of a report: sections by name, each a view of results."""

from __future__ import annotations

from collections.abc import Mapping

#: Name -> the function that makes the section of results whose names are escaped: a rich renderable, or None where
#: there is nothing to show. A section more is a line more.
VIEWS: Mapping[str, str] = {
    "metrics": "relxfer.report.sections.rows:metrics",
    "verdicts": "relxfer.report.sections.rows:verdicts",
    "how": "relxfer.report.sections.rows:how",
    "tuned": "relxfer.report.sections.tuned:section",
    "curves": "relxfer.report.curves.tables:section",
    "probabilities": "relxfer.report.calibration:render",
    "logged": "relxfer.report.diagnostics:render",
    "sources": "relxfer.report.sections.sources:render",
    "data": "relxfer.report.sections.rows:data",
    "notes": "relxfer.report.sections.rows:notes",
    "refused": "relxfer.report.sections.rows:refused",
}
