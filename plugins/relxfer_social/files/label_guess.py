"""Which attribute of the nodes holds their labels, where nobody says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from relxfer.contract.readers import Told
from relxfer.data.tables.kinds import is_missing, is_number
from relxfer.data.tables.split_words import SPLITS
from relxfer.errors import Undecided
from relxfer.judge.metrics import answer_columns
from relxfer.judge.metrics.answer_columns import Guess
from relxfer_social.files.attributes import GROUP, LABELS, SPLIT, names_nodes, split_column

#: How people call attributes with answers beside the usual ones, and how the names of several begin.
FURTHER = ("labels", "tags", "target", "value", "ml_target")
SEVERAL = ("label_", "label.", "label ", "y_")
#: Classes have at least so many nodes each, on average, and there are at most so many of them.
FEWEST, MOST = 3, 100


def guess_of(cells: Mapping[str, Sequence[str]], told: Told, what: str) -> Guess | None:
    """What attributes seem to ask for: a usual one, several named alike, or the only one that could be a class.

    None where there is none, or where nothing is to be said. Other attributes are features, whatever they hold.

    Raises:
        Undecided: several could be; the message names them and what to write.
    """
    usual = next((name for name in (*LABELS, *FURTHER) if name in cells), None)
    several = [name for name in cells if name.lower().startswith(SEVERAL)]
    chosen = [usual] if usual else several if len(several) > 1 else []
    if chosen:
        return answer_columns.guess({name: cells[name] for name in chosen}, [usual] if usual else (), LABELS)
    able = candidates(cells, told)
    if len(able) > 1:
        named = ", ".join(f"{name} ({count} values)" for name, count in able.items())
        raise Undecided(
            f"{what}: expected to know which attribute is the label, got {named}; add --label {next(iter(able))}"
        )
    if not able:
        return None
    ((name, count),) = able.items()
    return Guess("classification", (name,), f"the only attribute with few values ({count}), each of several nodes")


def candidates(cells: Mapping[str, Sequence[str]], told: Told) -> dict[str, int]:
    """Attributes that could be classes, those with fewest values first, and the number of their values.

    >>> candidates({"name": list("abcdefghij"), "club": ["x", "y"] * 5}, Told())
    {'club': 2}
    """
    taken = {SPLIT, split_column(cells), GROUP, told.group, told.item, *(f"{split}_mask" for split in SPLITS)}
    found = {}
    for name, column in cells.items():
        given = [cell for cell in column if not is_missing(cell)]
        count = len(set(given))
        if name not in taken and 2 <= count <= min(MOST, len(given) / FEWEST) and not _measured(given):
            found[name] = count
    return dict(sorted(found.items(), key=lambda each: each[1]))


def advice(cells: Mapping[str, Sequence[str]], told: Told, links: str) -> str:
    """What to do where nobody knows the labels: which attributes could be it, and what needs none.

    links  the links, as their path is written

    >>> print(advice({"income": ["1.5", "2", "3.25"], "who": ["a", "b", "c"]}, Told(), "edges.csv").partition(";")[0])
    the label could be income (3 numbers): add --label income
    """
    able = [f"{name} ({count})" for name, count in _described(cells, told).items()]
    first = next(iter(_described(cells, told)), "")
    quoted = f'"{first}"' if " " in first else first
    asks = f"the label could be {', '.join(able[:8])}{' ...' * (len(able) > 8)}: add --label {quoted}"
    nothing = (
        "no attribute of the nodes could be it: put a table of nodes, nodes.csv with a column label, beside the edges"
    )
    return (
        f"{asks if able else nothing}; or name a data set or files with the same classes with --source. Links between "
        "nodes need no labels: write a configuration with "
        f'dataset = {{ use = "network-files", path = "{links}", task = "links" }} under [target] (docs/networks.md, '
        "Links)"
    )


def _described(cells: Mapping[str, Sequence[str]], told: Told) -> dict[str, str]:
    """Attributes that a user may mean by the label, those like classes first, and what they hold."""
    found = {name: f"{count} values" for name, count in candidates(cells, told).items()}
    taken = {SPLIT, split_column(cells), GROUP, told.group, told.item, *(f"{split}_mask" for split in SPLITS)}
    for name, column in cells.items():
        given = [cell for cell in column if not is_missing(cell)]
        number = len(set(given)) > 1 and all(map(is_number, given)) and not names_nodes(name, column)
        if number and name not in (*taken, *found):
            found[name] = f"{len(set(given)):,} numbers"
    return found


def _measured(cells: Sequence[str]) -> bool:
    """Whether some are numbers with decimals, which classes are not."""
    return any("." in cell and cell.replace(".", "", 1).lstrip("-").isdecimal() for cell in cells)
