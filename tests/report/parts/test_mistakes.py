"""The worst mistakes by name, with pictures where there are some."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.parts import mistakes
from relxfer.report.shown.blocks import Picture

PNG = b"\x89PNG\r\n\x1a\n"


class Pictures:
    why = ""

    def of(self, target, queries):
        assert target == "us"
        return [PNG if query["head"] == "h1" else None for query in queries]


def test_a_mistake_is_told_by_name(subject, told):
    text = told(mistakes.part(subject))
    assert "head | relation | right answer | predicted | its probability | rank of the right answer | wrong in" in text
    assert "h0 | r | a | b | .750 | 3.5 | 2 of 2 runs" in text


def test_pictures_stand_beside_the_first_name(subject):
    part = mistakes.part(replace(subject, pictures=Pictures()))
    table = part.blocks[1]
    assert table.head[:3] == ("head", "picture", "relation")
    assert [row.cells[1].line for row in table.rows] == [("",), (Picture(PNG, "h1 r"),)]


def test_why_there_are_no_pictures_is_told(subject, told):
    gone = Pictures()
    gone.why, gone.of = "Without pictures, because the data are gone", lambda target, queries: [None] * len(queries)
    text = told(mistakes.part(replace(subject, pictures=gone)))
    assert text.endswith("Without pictures, because the data are gone")
    assert "picture |" not in text
