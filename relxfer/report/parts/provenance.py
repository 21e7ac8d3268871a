"""Where it comes from: machine, versions, sources, licences, the lock, and the configuration that reproduces it."""

from __future__ import annotations

import shlex

from relxfer.report.shown.blocks import Block, Code, Folded, Part, Table, row
from relxfer.report.shown.subject import Subject


def part(subject: Subject) -> Part | None:
    """Provenance, licences and configuration; None for results of which none of them is kept."""
    results, blocks = subject.results, list[Block]()
    if made := results.provenance:
        rows = {
            "started": made.started,
            "command": " ".join(map(shlex.quote, made.command)),
            "machine": f"{made.platform}; {made.processor}; {made.cpus} cores, {made.threads} threads; {made.device}",
            "Python": made.python,
            "relxfer": made.relxfer,
            **{name: version or "not installed" for name, version in made.versions.items()},
        }
        lines = tuple(row(name, value) for name, value in rows.items())
        blocks.append(Table("Machine and versions", ("what", "value"), lines))
    blocks += _licences(subject)
    if subject.toml:
        again = f"relxfer run config.toml --out {shlex.quote(f'{subject.plain.folder}-again')}"
        folded = Folded(
            "The configuration that reproduces this run (config.toml)", (Code(subject.toml, "toml"), Code(again))
        )
        blocks.append(folded)
    return Part("provenance", "Provenance and licences", tuple(blocks)) if blocks else None


def _licences(subject: Subject) -> tuple[Block, ...]:
    """The licences of data and weights, as their cards say."""
    rows = [
        row(f"{of.what} {of.name}", ", ".join(of.used_by), of.licence or "none stated", of.citation)
        for of in subject.results.licences
    ]
    return (Table("Licences", ("of", "used by", "licence", "to be cited as"), tuple(rows)),) if rows else ()
