"""Which classes a classifier has that is attached to domains."""

from __future__ import annotations

import pytest

from relxfer import Domain, Task
from relxfer.authoring import classes
from relxfer.errors import Incompatible


def domain(name: str, *answers: str) -> Domain:
    return Domain(name, Task("classification", answers), "inputs", "a hash")


PETS, FARM = domain("pets", "cat", "dog"), domain("farm", "cow", "dog", "hen")


def test_the_target_decides_then_the_sources_then_the_model():
    assert classes.learnt(("a", "b"), FARM, [PETS]) == ("cow", "dog", "hen")
    assert classes.learnt(("a", "b"), None, [PETS, PETS]) == ("cat", "dog")
    assert classes.learnt(("a", "b"), None, []) == ("a", "b")


def test_sources_with_different_classes_are_refused():
    with pytest.raises(Incompatible, match=r"pets \(2 classes\) and farm \(3 classes\)"):
        classes.learnt((), None, [PETS, FARM])


def test_what_is_shared_is_told():
    assert classes.shared([PETS], PETS) == "the same task: all 2 classes are the sources'"
    assert classes.shared([PETS], FARM) == "another task: 1 of 3 classes occur in the sources"
