"""One file that needs nothing else, says what the JSON says, and takes no name for markup."""

from __future__ import annotations

import builtins
import itertools
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from relxfer.cli import main
from relxfer.errors import UsageError
from relxfer.report.html import page
from relxfer.report.parts import gains, mistakes
from relxfer.report.shown.blocks import Picture
from relxfer.report.shown.subject import Subject

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")


def agrees(text: str, value: float) -> bool:
    """Whether a number as it is shown is this one, rounded; numbers with a unit are left to their own tests."""
    plain = text.replace(",", "").replace("<", "")
    if not re.fullmatch(r"[-+]?[0-9]*\.?[0-9]+(e[-+][0-9]+)?", plain):
        return True
    digits = len(plain.partition(".")[2])
    return abs(float(plain) - value) <= 0.51 * 10**-digits or "e" in plain


def check_offline(made) -> None:
    """No script, and nothing that a browser would fetch."""
    tags = {tag for tag, _ in made.elements}
    assert not tags & {"script", "link", "iframe", "object", "embed", "base", "form", "foreignobject", "video", "audio"}
    for tag, attributes in made.elements:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        for name in ("src", "href", "xlink:href", "poster", "action", "data"):
            assert attributes.get(name, "#").startswith(("#", "data:image/")), (tag, name)
    assert made.open == []


def check_structure(made) -> None:
    """Headings in order, every picture told in words, every address within the page."""
    levels = [int(tag[1]) for tag, _ in made.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    assert all(attributes.get("alt") for tag, attributes in made.elements if tag == "img")
    ids = [attributes["id"] for _, attributes in made.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for tag, attributes in made.elements:
        if tag == "svg":
            assert attributes["role"] == "img"
            assert set(attributes["aria-labelledby"].split()) <= set(ids)
        for name in ("href", "xlink:href"):
            assert not attributes.get(name, "").startswith("#") or attributes[name][1:] in ids


def test_the_page_of_a_run_says_what_its_json_says(trained, tmp_path, capsys, parsed, resolved):
    assert main(["report", str(trained), "--html", str(tmp_path / "a.html")]) == 0
    text = (tmp_path / "a.html").read_text()
    capsys.readouterr()
    assert main(["report", str(trained), "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    made = parsed(text)
    assert len(made.numbers) > 50
    for path, value, shown in made.numbers:
        assert float(value) == resolved(card, path), path
        assert agrees(shown, float(value)), (shown, value)
    check_offline(made)
    check_structure(made)
    assert len(text.encode()) < page.LARGEST
    assert "blobs-target" in text  # the configuration that reproduces it
    assert "What the model sees" in text


def test_it_is_read_without_the_network_and_without_scripts_and_is_the_same_each_time(subject, parsed):
    text = page.page([subject])
    assert page.page([subject]) == text
    made = parsed(text)
    assert made.values("meta", "content")[0] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    check_offline(made)
    check_structure(made)


def test_several_runs_are_beside_each_other_and_numbered_in_the_json(detailed, parsed, resolved):
    other = replace(detailed, name="y", rows=detailed.rows[:1])
    made = parsed(page.page([Subject(detailed, detailed, "/0"), Subject(other, other, "/1")]))
    check_structure(made)
    card = [json.loads(json.dumps(of.card(), default=str)) for of in (detailed, other)]
    assert {path[:2] for path, _, _ in made.numbers} == {"/0", "/1"}
    assert all(resolved(card, path) == float(value) for path, value, _ in made.numbers)
    assert [each for each in made.values("section", "id") if each.endswith("answer")] == [
        "run-1-answer",
        "run-2-answer",
    ]


HOSTILE = [
    "<script>alert(1)</script>", "</style><script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
    "a\x1b[31m\u202eb\nc", "$\\frac{1}{2}$", "_hidden", "{{ 7 * 7 }}", "]]>&amp;<!--", "x" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("name", ["".join(HOSTILE[:-1]), HOSTILE[-1]], ids=["markup", "long"])
def test_a_name_is_no_markup(detailed, parsed, name):
    def with_name(record, *fields):
        return replace(record, **dict.fromkeys(fields, name))

    details = detailed.rows[0].details
    mistakes = (replace(details.mistakes[0], query={name: name}, answer=name, predicted=name),)
    parts = tuple(with_name(part, "name") for part in details.by_part.parts)
    by_part = replace(details.by_part, by=name, parts=parts, confused=(with_name(details.by_part.confused[0], *PAIR),))
    strata = tuple(
        replace(with_name(each, "tag", "baseline"), parts=tuple(with_name(part, "value") for part in each.parts))
        for each in details.strata
    )
    details = replace(details, mistakes=mistakes, by_part=by_part, strata=strata)
    rows = (replace(with_name(detailed.rows[0], "strategy", "source"), details=details), *detailed.rows[1:])
    cells = tuple(with_name(cell, "reason", "source") for cell in detailed.cells)
    curves = tuple(with_name(each, "source") for each in detailed.curves)
    results = replace(with_name(detailed, "name"), rows=rows, cells=cells, curves=curves)
    results = replace(results, targets={"us": replace(detailed.targets["us"], notes=(name,), audit={name: 3})})
    made = parsed(page.page([Subject(results, results, toml=f"# {name}")]))
    check_offline(made)
    assert made.open == []
    assert not any(ord(letter) < 32 and letter != "\n" for letter in made.text)
    assert ("{{ 7 * 7 }}" in made.text) == ("{{" in name)


PAIR = ("answer", "predicted")


def test_pictures_of_mistakes_are_inlined_whole(detailed, parsed):
    class Pictures:
        why = ""

        def of(self, target, queries):
            return [b"\xff\xd8\xff" + bytes(6_000)] * len(queries)

    made = parsed(page.rendered(mistakes.part(Subject(detailed, detailed, pictures=Pictures())), "", 2))
    first = made.values("img", "src")[0]
    assert first.startswith("data:image/jpeg;base64,/9j/")
    assert len(first) == len("data:image/jpeg;base64,") + 4 * 6_003 // 3
    assert Picture(b"", "h0 r").alt in made.values("img", "alt")


def test_what_has_no_room_is_named(subject, monkeypatch, parsed):
    monkeypatch.setattr(page, "LARGEST", page._FRAME + 20_000)
    text = page.page([subject])
    assert len(text.encode()) < page.LARGEST
    assert "left out, because the page would be larger than 1 MB" in text
    assert 'id="provenance"' in text


def test_a_plot_that_is_too_large_is_told_in_words(subject, monkeypatch):
    monkeypatch.setattr(page.svg, "LARGEST", 10)
    text = page.rendered(gains.part(subject), "", 2)
    assert "<svg" not in text
    assert "<p>Forest plot." in text


def test_the_file_is_checked_before_anything_is_read(tmp_path):
    with pytest.raises(UsageError, match=re.escape("ending in .html")):
        page.check(Path("a.pdf"))
    (tmp_path / "a.html").mkdir()
    with pytest.raises(UsageError, match="it is not a file"):
        page.check(tmp_path / "a.html")


@pytest.mark.parametrize("library", ["jinja2", "matplotlib"])
def test_what_to_install_is_told(library, monkeypatch, run_with_curves, tmp_path, capsys):
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith(library):
            raise ImportError(name)
        return real(name, *rest)

    page.environment.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["report", str(run_with_curves), "--html", str(tmp_path / "a.html")]) == 2
    monkeypatch.undo()
    assert f"expected {library} for --html, got none; pip install 'relxfer[html]'" in " ".join(
        capsys.readouterr().err.split()
    )


def test_templates_are_part_of_the_package():
    """A wheel holds whatever is in the folder of a package; a folder without code would be missed by globs of code."""
    templates = Path(page.__file__).parent / "templates"
    assert {"page.html", "part.html", "style.css", "fragment.css"} <= {path.name for path in templates.iterdir()}
    assert page.environment().loader.list_templates() == sorted(path.name for path in templates.iterdir())
