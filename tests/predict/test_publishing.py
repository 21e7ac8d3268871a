"""What is published answers as the run did, and holds nothing that nobody needs."""

from __future__ import annotations

import json

import pytest

from relxfer.cli import main
from relxfer.store.hub.fetch import fetched

pytestmark = [
    pytest.mark.extra,
    pytest.mark.filterwarnings("ignore:hf.*is now"),
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),  # huggingface_hub's own, where Xet is off
]


def answered(where, questions, out):
    assert main(["predict", str(where), "--queries", str(questions), "--out", str(out), "--force"]) == 0
    return out.read_bytes()


@pytest.mark.parametrize("kind", ["facts", "pictures"])
def test_published_and_fetched_it_predicts_the_same(hub, small, kind, tmp_path, capsys):
    made, address = small(kind), "hf://me/mine"
    before = answered(made.run, made.questions, tmp_path / "answers.tsv")
    assert main(["publish", str(made.run), "--to", address]) == 0
    told = capsys.readouterr().err
    assert f"published as {address}@{hub.head('me/mine')}" in told
    assert hub.private["me/mine"], "only the owner sees it, unless the user says otherwise"
    sent = hub.repos["me/mine"]["main"]
    own = {"README.md", "refit.json", "results.json", "provenance.json", "models/0.safetensors", "models/1.safetensors"}
    assert sent.keys() == own | ({"observed.safetensors"} if kind == "facts" else set())
    assert all(name in told for name in own), "the user is told each file"
    assert not [name for name, content in sent.items() if str(made.run.parent).encode() in content], "no path"
    told = json.loads(sent["results.json"])
    assert not any(row["details"]["mistakes"] for row in told["rows"] if row["details"]), "no item of the test"
    assert answered(address, made.questions, tmp_path / "answers.tsv") == before
    assert main(["report", address]) == 0
    assert "scratch" in capsys.readouterr().out


def test_the_card_says_what_the_run_says(hub, small, capsys):
    assert main(["publish", str(small("facts").run), "--to", "hf://me/dry", "--dry-run"]) == 0
    card = capsys.readouterr().out
    assert hub.repos == {}, "nothing is sent"
    assert card.startswith("---\n")
    for part in ("library_name: relxfer", "model-index:", "type: mrr", "relxfer predict hf://me/dry", "## Licences",
                 "## What was seen", "own files kg-files: not known"):  # fmt: skip
        assert part in card


def test_a_folder_of_refit_is_published_as_it_is(hub, small, tmp_path):
    made, fit = small("facts"), tmp_path / "fit"
    assert main(["refit", str(made.run), "--out", str(fit), "--seed", "0", "--quiet"]) == 0
    assert main(["publish", str(fit), "--to", "hf://me/fit", "--public"]) == 0
    assert not hub.private["me/fit"]
    sent = hub.repos["me/fit"]["main"]
    assert sent["models/0.safetensors"] == (fit / "models" / "0.safetensors").read_bytes()
    assert b"no test judged them" in sent["README.md"]


@pytest.mark.parametrize(
    ("token", "to", "told"),
    [
        ("hf_wrong", "hf://me/mine", "the hub does not accept your login"),
        (None, "hf://me/mine/models", "expected --to hf://owner/name, got hf://me/mine/models"),
        (None, "me/mine", "expected an address like hf://owner/name@revision/path, got 'me/mine'"),
    ],
)
def test_what_cannot_be_published_is_told_in_a_sentence(hub, small, monkeypatch, capsys, token, to, told):
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    assert main(["publish", str(small("facts").run), "--to", to]) == 2
    assert told in capsys.readouterr().err
    assert hub.repos == {}


def test_a_source_and_data_come_from_the_hub(hub, small, tmp_path):
    made = small("facts")
    weights = next(made.run.glob("cells/*/model.safetensors")).read_bytes()
    commit = hub.commit("me/base", {"base.safetensors": weights, "facts.tsv": (made.data / "facts.tsv").read_bytes()})
    config, out = tmp_path / "mine.toml", tmp_path / "run"
    config.write_text(
        f'threads = 1\ndevice = "cpu"\nstrategy = ["zero-shot"]\nreport = {{ baselines = false }}\n'
        f'source = {{ name = "base", checkpoint = "hf://me/base@{commit}/base.safetensors" }}\n'
        f'[target]\ndataset = {{ use = "kg-files", facts = "hf://me/base@{commit}/facts.tsv" }}\n'
    )
    assert main(["run", str(config), "--out", str(out), "--quiet"]) == 0
    kept = (out / "config.toml").read_text()
    assert f"hf://me/base@{commit}/base.safetensors" in kept
    assert f"hf://me/base@{commit}/facts.tsv" in kept
    fetched.cache_clear()
    assert main(["predict", str(out), "--queries", str(made.questions), "--out", str(tmp_path / "answers.tsv")]) == 0


def test_a_stranger_run_cannot_have_something_fetched(hub, small, tmp_path):
    from relxfer.declare.resolve import experiment_of
    from relxfer.errors import ConfigError
    from relxfer.plugins.finder import Plugins

    raw = {"target": {"dataset": {"use": "kg-files", "facts": "hf://me/base/facts.tsv"}}}
    with pytest.raises(ConfigError, match="expected plain values"):
        experiment_of(raw, "config.toml", tmp_path, Plugins.load(third_party=False), stranger="in a run directory")
    assert hub.asked == []
