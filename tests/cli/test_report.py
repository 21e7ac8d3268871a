"""`relxfer report`: the same run as text, Markdown, JSON, curves."""

from __future__ import annotations

import json

import jsonschema

from relxfer import Results
from relxfer.cli import main
from relxfer.store import files


def test_text_and_markdown(trained, capsys):
    assert main(["report", str(trained)]) == 0
    text = capsys.readouterr().out
    assert "points → turned" in text
    assert "verdict" in text
    assert main(["report", str(trained), "--markdown"]) == 0
    assert "**points → turned**\n\n| strategy | accuracy, 95 % interval |" in capsys.readouterr().out


def test_json_is_the_card_with_the_curves(trained, capsys):
    assert main(["report", str(trained), "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    jsonschema.validate(card, Results.schema())
    assert card["curves"][0]["target"] == "turned"
    assert card == json.loads(json.dumps(Results.open(trained).card()))


def test_several_runs_are_a_list(trained, untrained, capsys):
    assert main(["report", str(trained), str(untrained), "--json"]) == 0
    assert [card["folder"] for card in json.loads(capsys.readouterr().out)] == [str(trained), str(untrained)]


def test_curves_alone(trained, capsys):
    assert main(["report", str(trained), "--curves"]) == 0
    shown = capsys.readouterr().out
    assert "accuracy against target labels" in shown
    assert "over direct" not in shown


def test_a_file_with_curves_that_nobody_can_draw_is_told(trained, tmp_path, capsys):
    """Types alone do not tell that somebody else wrote it."""
    card = files.read_json(trained / "results.json")
    for curve in (card["curves"][0]["scratch"], *card["curves"][0]["strategies"]):
        curve["points"] = curve["points"][:1]
        curve["points"][0]["labels"] = 12
    files.write_json(tmp_path / "provenance.json", {})
    files.write_json(tmp_path / "results.json", card)
    assert main(["report", str(tmp_path), "--curves"]) == 2
    words = " ".join(capsys.readouterr().err.split())
    assert "the results that relxfer wrote, got others (ZeroDivisionError" in words
