"""Attributes in braces at the end of rows, as networkx writes lists of edges."""

from __future__ import annotations

import re

_LINE = re.compile(r"^([^{\n]*[^{\s,;|])[ \t,;|]+\{([^{}\n]*)\}[ \t\r]*$", re.MULTILINE)
_KEY = re.compile(r"""(?:^|,)\s*['"]([^'"]*)['"]\s*:""")


def without(text: str) -> tuple[str, list[str]]:
    r"""A text without them, and a sentence on what they hold; as it is, where most lines have none.

    They are text here: nothing in them is evaluated.

    >>> without("a b {'weight': 3}\nb c {}\n")
    ('a b\nb c\n', ['not used, in braces at the end of rows: weight'])
    """
    if "{" not in text:
        return text, []
    found = _LINE.findall(text)
    if 2 * len(found) <= sum(1 for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")):
        return text, []
    keys = dict.fromkeys(key for _, held in found for key in _KEY.findall(held))
    return _LINE.sub(r"\1", text), [f"not used, in braces at the end of rows: {', '.join(keys)}"] if keys else []
