"""Sections are asked for by name."""

from __future__ import annotations

import pytest

from relxfer.errors import UnknownName
from relxfer.plugins.finder import load_object
from relxfer.report.sections import VIEWS, views


def test_every_section_of_the_table_can_be_loaded():
    assert all(callable(load_object(view)) for view in VIEWS.values())
    assert views.names(None) == list(VIEWS)


def test_a_name_that_is_none_is_told_with_those_there_are():
    views.check(["curves", "how"], None)
    with pytest.raises(UnknownName, match=r"no section of the report is called 'curve': did you mean 'curves'\?"):
        views.check(["curve"], None)


def test_only_sections_with_something_to_show_are_named(sample):
    assert views.there(sample) == ["metrics", "verdicts", "how", "data", "notes", "refused"]
