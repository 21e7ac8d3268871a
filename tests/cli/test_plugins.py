"""`relxfer plugins`: who offers what, and one offer in full."""

from __future__ import annotations

import json

from relxfer.cli import main


def test_plugins_lists_and_shows(capsys):
    assert main(["plugins", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    names = {offer["name"] for plugin in listed["plugins"] for offer in plugin["offers"]}
    assert {"ultra", "kg", "finetune", "geo-us", "serial", "target-val"} <= names
    assert main(["plugins", "show", "finetune"]) == 0
    shown = capsys.readouterr().out
    assert "needs: source-model, gradients, target-labels" in shown
    assert "lr_decay_per_part" in shown
    assert main(["plugins", "show", "finetun"]) == 2
    assert "did you mean 'finetune'" in capsys.readouterr().err


def test_types_of_options_are_shown_without_what_validates_them(capsys):
    main(["plugins", "show", "finetune"])
    shown = capsys.readouterr().out
    assert "dict[str, float]" in shown
    assert "Annotated" not in shown
