"""For the API pages: fields that a docstring lists in aligned lines are shown as a list, and examples as code.

    seeds  the number of seeds
    units  the number of test units, or groups
           of them

is how the docstrings of this project name the fields of a record. Markdown would run these lines together, so that
mkdocstrings is given `- **seeds**: the number of seeds` and so on. Lines that begin with `>>>` become a block of code.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_FIELD = re.compile(r"^(\w[\w.]*(?:, \w[\w.]*)*) {2,}(\S.*)$")


class Fields(griffe.Extension):
    """Rewrites the docstring of every object that griffe finds."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        if obj.docstring:
            obj.docstring.value = listed(obj.docstring.value)


def listed(text: str) -> str:
    """The text with a Markdown list in place of each block of aligned fields.

    >>> print(listed("An interval.\\n\\nlow   the lower\\n      bound\\nhigh  the upper"))
    An interval.
    <BLANKLINE>
    - **low**: the lower bound
    - **high**: the upper
    """
    blocks = re.split(r"(\n\s*\n)", text)
    return "".join(_block(block) for block in blocks)


def _block(block: str) -> str:
    if block.startswith(">>> "):
        return f"```pycon\n{block}\n```"
    if not _FIELD.match(block.partition("\n")[0]):
        return block
    fields: list[str] = []
    for line in block.splitlines():
        if found := _FIELD.match(line):
            fields.append(f"- **{found[1]}**: {found[2]}")
        elif line.startswith("  "):
            fields[-1] += " " + line.strip()
        else:
            return block
    return "\n".join(fields)
