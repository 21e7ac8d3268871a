"""What a strategy logged about a cell as a whole, by `Cell.log`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from relxfer.errors import PluginError

#: The most names of a cell, the most characters of a name, and of a text.
MOST_NAMES, LONGEST_NAME, LONGEST_TEXT = 100, 60, 1000


@dataclass
class Logbook:
    """The last value of every name: a number or a text.

    It is saved with every phase, so that a resumed run keeps what was logged inside a phase that is not repeated.

    >>> book = Logbook()
    >>> book.log("layers", 3)
    >>> book.log("kind", "residual")
    >>> book.numbers, book.texts
    ({'layers': 3.0}, {'kind': 'residual'})
    """

    values: dict[str, float | str] = field(default_factory=dict)

    def log(self, name: str, value: object) -> None:
        """Keep a value under a name, in place of an earlier one.

        Raises:
            PluginError: the value is neither a number nor a text, or name, text or the number of names is too large.
        """
        expected, got = "", ""
        if not (isinstance(name, str) and 0 < len(name) <= LONGEST_NAME):
            expected, got = f"a name of 1 to {LONGEST_NAME} characters in cell.log", repr(name)[:80]
        elif isinstance(value, str) and len(value) > LONGEST_TEXT:
            expected, got = f"a text of at most {LONGEST_TEXT} characters in cell.log({name!r}, ...)", f"{len(value):,}"
        elif name not in self.values and len(self.values) >= MOST_NAMES:
            expected, got = f"at most {MOST_NAMES} names in cell.log", f"one more, {name!r}"
        if expected:
            raise PluginError(f"expected {expected}, got {got}; log less, or write a file of your own")
        self.values[name] = value if isinstance(value, str) else _number(name, value)

    def restore(self, saved: Mapping[str, float | str]) -> None:
        """Take over what a phase saved."""
        self.values |= saved

    @property
    def numbers(self) -> dict[str, float]:
        """The numbers by name."""
        return {name: value for name, value in self.values.items() if not isinstance(value, str)}

    @property
    def texts(self) -> dict[str, str]:
        """The texts by name."""
        return {name: value for name, value in self.values.items() if isinstance(value, str)}


def _number(name: str, value: object) -> float:
    """A number of Python, or an array or tensor of a single one, as a float."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, RuntimeError):
        pass
    raise PluginError(f"expected a number or a text in cell.log({name!r}, ...), got {type(value).__name__}")
