"""The key `seeds` of a configuration: how many there are, which, or how many at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from relxfer.contract.options import Options

#: The most seeds: a larger number is probably a typing error.
_MOST = 10_000
#: The fewest and the most for a run that stops when its questions are decided: there is no verdict from fewer.
_FEWEST_UNTIL, _MOST_UNTIL = 3, 100

Seed = Annotated[int, Field(ge=0, strict=True)]


def _counted(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST:
        raise ValueError(f"expected a number of seeds from 1 to {_MOST:,}, or a list of them")
    return tuple(range(value))


def _counted_or_table(value: Any) -> Any:
    return value if isinstance(value, Mapping | UntilDecided) else _counted(value)


def _distinct(seeds: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(seeds)) != len(seeds):
        raise ValueError(f"expected distinct seeds, got {Counter(seeds).most_common(1)[0][0]} more than once")
    return seeds


def _enough(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or not _FEWEST_UNTIL <= value <= _MOST_UNTIL:
        raise ValueError(
            f"expected a whole number from {_FEWEST_UNTIL} to {_MOST_UNTIL}: from fewer seeds than {_FEWEST_UNTIL} "
            "nothing can be decided"
        )
    return value


class UntilDecided(Options):
    """Seeds that are added where they decide something, and no longer than that."""

    max: Annotated[int, Field(ge=_FEWEST_UNTIL, le=_MOST_UNTIL), BeforeValidator(_enough)]
    """The most seeds, which is fixed before the first result is seen."""
    stop: Literal["decided"]
    """When a row gets no more seeds: when its questions are decided, or when more seeds would decide nothing."""

    @property
    def seeds(self) -> tuple[int, ...]:
        """Every seed that may be run, in their order."""
        return tuple(range(self.max))


_Listed: TypeAlias = Annotated[tuple[Seed, ...], Field(min_length=1), AfterValidator(_distinct)]

#: A number of seeds, or a list of them; both become a list.
Seeds: TypeAlias = Annotated[_Listed, BeforeValidator(_counted)]
#: The same, or a table.
SeedsOrUntilDecided: TypeAlias = Annotated[
    Annotated[_Listed, Tag("list")] | Annotated[UntilDecided, Tag("table")],
    Discriminator(lambda value: "table" if isinstance(value, Mapping | UntilDecided) else "list"),
    BeforeValidator(_counted_or_table),
]
