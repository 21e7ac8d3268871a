"""Names of stored arrays: tags are told apart from what a task stores."""

from __future__ import annotations

import pytest

from relxfer.store import stored_names


def test_tags_are_found_among_the_names_of_arrays():
    names = ["scores", "answers", "units", stored_names.tag("camera"), stored_names.tag("tag camera")]
    assert stored_names.tags(names) == {"camera": "tag camera", "tag camera": "tag tag camera"}


@pytest.mark.parametrize(("name", "taken"), [("units", True), ("groups", True), ("tag x", True), ("tags", False)])
def test_what_is_stored_beside_the_results_of_a_task_has_its_name(name, taken):
    assert stored_names.taken(name) is taken
