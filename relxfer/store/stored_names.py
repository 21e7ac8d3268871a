"""Names of the arrays that an evaluation stores beside the results of its task."""

from __future__ import annotations

#: [n] int: the item of every test query.
UNITS = "units"
#: [n] int: the group of every test query, if the data set has groups.
GROUPS = "groups"
#: [n] int: the question of every test query, where several items ask the same one.
QUESTIONS = "questions"
#: [n] or [n, C] float: the probability of the best answer of every query, or of each label, before it is calibrated.
CONFIDENCE = "confidence"
#: Likewise, calibrated, if the model is.
CALIBRATED = "calibrated confidence"
#: [n] or [n, C] bool: whether that answer, or label, is right.
RIGHT = "confidence is right"
#: [n] int: of every query of an open task the best candidate that is no known answer, and [n] float: its probability.
BEST, LIKELY = "best candidate", "probability of the best candidate"
_TAG = "tag "


def tag(name: str) -> str:
    """The name of the array with a tag of every test query; its card has what the numbers stand for.

    >>> tag("camera"), tags(["units", "tag camera"])
    ('tag camera', {'camera': 'tag camera'})
    """
    return _TAG + name


def tags(names: list[str]) -> dict[str, str]:
    """Tag -> name of its array, among the names of stored arrays."""
    return {name.removeprefix(_TAG): name for name in names if name.startswith(_TAG)}


def taken(name: str) -> bool:
    """Whether the results of a task may not have this name.

    >>> taken("units"), taken("tag camera"), taken("scores")
    (True, True, False)
    """
    own = (UNITS, GROUPS, QUESTIONS, CONFIDENCE, CALIBRATED, RIGHT, BEST, LIKELY)
    return name in own or name.startswith(_TAG)
