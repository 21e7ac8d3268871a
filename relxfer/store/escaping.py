"""Names are data: for each medium one function makes any text harmless.

    terminal     nothing moves the cursor, changes colours or reorders the text around it
    markdown     nothing is markup or HTML, and no table breaks
    picture      nothing is a formula in matplotlib, and no name is missing from a legend
    spreadsheet  nothing is a formula in a spreadsheet; `from_spreadsheet` reverses it
    xml          every character can stand in XML 1.0; its library escapes markup

Reports escape everything they are given at once, with `every`; tables are escaped in `relxfer.store.delimited`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

#: C0, DEL and C1; line and paragraph separators; directional marks; lone surrogates.
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_CONTROLS = re.compile(f"[{_CONTROL}]")
_BUT_LINES = re.compile(rf"(?![\n\t])[{_CONTROL}]")
#: An underscore between letters has no meaning in Markdown.
_MARKUP = re.compile(r"[\\`*{}\[\]|~$]|(?<!\w)_|_(?!\w)")
_HTML = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
#: What no XML 1.0 holds, and the carriage return, which it reads as a line end.
_OUTSIDE_XML = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Characters that begin a formula in a spreadsheet (OWASP, CSV injection), full-width forms included.
_FORMULA = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_WRITTEN, _READ = re.compile(f"'*{_FORMULA}"), re.compile(f"'+{_FORMULA}")
#: The most characters of a name in a picture.
_WIDE = 60
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def terminal(text: str, lines: bool = False) -> str:
    r"""Control characters become Python escapes; with `lines`, for messages, line ends and tabs stay.

    >>> terminal("a\x1b[31m\n\u202eb")
    'a\\x1b[31m\\n\\u202eb'
    >>> terminal("two\nlines", lines=True)
    'two\nlines'
    """
    return (_BUT_LINES if lines else _CONTROLS).sub(_visible, text)


def markdown(text: str) -> str:
    r"""Escaped for CommonMark with GitHub's tables, on one line; names such as `my_method` stay as they are.

    >>> markdown("a|b <b>*c*</b> my_method _x_")
    'a\\|b &lt;b&gt;\\*c\\*&lt;/b&gt; my_method \\_x\\_'
    """
    return _MARKUP.sub(r"\\\g<0>", terminal(text)).translate(_HTML)


def picture(text: str) -> str:
    r"""For matplotlib, which typesets text between dollars and hides a curve called `_x`; long names are cut.

    >>> picture("$x$"), picture("_x")
    ('\\$x\\$', ' _x')
    """
    shown = terminal(text)
    cut = shown if len(shown) <= _WIDE else f"{shown[: _WIDE - 1]}…"
    return " " * cut.startswith("_") + cut.replace("$", r"\$")


def spreadsheet(text: str) -> str:
    """An apostrophe before what would be a formula, also where it begins with apostrophes; numbers stay numbers.

    >>> [spreadsheet(text) for text in ("=1+1", "'=1+1", "-1.5e3", "-x", "x=1")]
    ["'=1+1", "''=1+1", '-1.5e3', "'-x", 'x=1']
    """
    return f"'{text}" if _WRITTEN.match(text) and not _NUMBER.fullmatch(text) else text


def from_spreadsheet(text: str) -> str:
    """The text that `spreadsheet` was given.

    >>> [from_spreadsheet(text) for text in ("'=1+1", "''=1+1", "-1", "'tis")]
    ['=1+1', "'=1+1", '-1', "'tis"]
    """
    return text[1:] if _READ.match(text) else text


def xml(text: str) -> str:
    r"""Characters that XML cannot hold become Python escapes.

    >>> xml("a\x00<b>")
    'a\\x00<b>'
    """
    return _OUTSIDE_XML.sub(_visible, text)


def every(value: Any, escape: Callable[[str], str]) -> Any:
    """A copy with all text in it escaped: keys and values of mappings, items of lists, fields of records, and paths.

    >>> every({"a|b": [1, "c|d"]}, markdown)
    {'a\\\\|b': [1, 'c\\\\|d']}
    """
    if isinstance(value, Enum):  # its texts are the program's
        return value
    if isinstance(value, str | Path):
        return escape(str(value))
    if isinstance(value, Mapping):
        return {every(key, escape): every(item, escape) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(every(item, escape) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: every(getattr(value, f.name), escape) for f in fields(value)})
    return value


def _visible(control: re.Match[str]) -> str:
    return control[0].encode("unicode_escape").decode()
