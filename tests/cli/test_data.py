"""`relxfer data`: what is listed, shown, fetched and verified."""

from __future__ import annotations

import json
import subprocess
import sys
import types

import pytest

from relxfer import hookimpl
from relxfer.cli import data, main
from relxfer.contract.file import File
from relxfer.contract.records import Dataset
from relxfer.data import places
from relxfer.plugins.finder import Plugins

LIGHT = """
import sys
from relxfer.cli import main
assert main(sys.argv[1:]) == 0
heavy = {"torch", "numpy", "scipy", "numba", "pandas", "requests", "pooch"} & set(sys.modules)
assert not heavy, heavy
"""


@pytest.fixture(autouse=True)
def _data_root(tmp_path, monkeypatch):
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path / "root"))
    monkeypatch.delenv("RELXFER_MIRROR", raising=False)


@pytest.fixture
def offered(server, monkeypatch):
    """The built-in plugins with one more plugin, which offers these data sets."""
    files = server.dataset("a.tsv", "b.tsv", size=120_000).files
    made = {
        "checked": Dataset(
            name="checked", load="m:f", content="knowledge-graph", files=files, licence="CC0-1.0", summary="a set",
            counts={"facts": 40_000}, leakage={"other": 0.25, "more": 1.0},
        ),
        "unchecked": Dataset(name="unchecked", load="m:f", content="graph", files=(File("c", server.url("c.tsv")),)),
    }  # fmt: skip

    @hookimpl
    def relxfer_datasets():
        return list(made.values())

    loaded = Plugins.load(third_party=False)
    loaded.register(types.SimpleNamespace(relxfer_api_version=2, relxfer_datasets=relxfer_datasets), "some")
    assert not loaded.broken
    monkeypatch.setattr(data, "plugins", lambda files: loaded)
    return made


def told(capsys, *arguments: str, code: int = 0):
    assert main(["data", *arguments]) == code
    return capsys.readouterr().out


def listed(capsys) -> dict[str, dict]:
    return {row["name"]: row for row in json.loads(told(capsys, "list", "--json"))}


@pytest.mark.parametrize("arguments", [("list",), ("show", "fb237_v1_ind"), ("show", "fb15k-237", "--json")])
def test_listing_and_showing_import_nothing_heavy(arguments):
    done = subprocess.run([sys.executable, "-c", LIGHT, "data", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_list_says_what_is_at_hand(offered, capsys):
    rows = listed(capsys)
    assert rows["geo-us"]["files"] == "embedded"
    assert "kg-files" not in rows, "a reader is no data set"
    assert rows["checked"]["files"] == "to download"
    assert rows["checked"]["bytes"] == 240_000
    assert rows["unchecked"]["files"] == "to download"
    assert [rows[name]["checked"] for name in ("checked", "unchecked", "mnist-m", "geo-us")] == [
        "sha256", "unverified", "weak", None]  # fmt: skip
    home = places.home_of(offered["checked"].files[0])
    home.parent.mkdir(parents=True)
    home.write_bytes(b"x")
    assert listed(capsys)["checked"]["files"] == "1 of 2 here"
    shown = told(capsys, "list")
    for words in ("1 of 2 here", "0.2 MB", "sha256", "unverified", "weak"):
        assert words in shown


def test_get_fetches_and_verify_reads_again(offered, server, capsys):
    shown = told(capsys, "get", "checked", "unchecked")
    paths = [places.home_of(file) for name in ("checked", "unchecked") for file in offered[name].files]
    assert [line.split(": ")[1] for line in shown.splitlines()] == [str(path) for path in paths]
    assert listed(capsys)["checked"]["files"] == "here"
    assert listed(capsys)["unchecked"]["files"] == "here"
    assert told(capsys, "verify").splitlines() == [
        f"verified: checked: {paths[0]}",
        f"verified: checked: {paths[1]}",
        f"unverified: unchecked: {paths[2]}",
    ]
    told(capsys, "get", "checked")
    assert len(server.asked) == 3


def test_verify_fails_on_what_is_damaged(offered, capsys):
    told(capsys, "get", "checked")
    path = places.home_of(offered["checked"].files[1])
    path.write_bytes(b"x")
    rows = json.loads(told(capsys, "verify", "--json", code=1))
    assert [row["state"] for row in rows] == ["verified", "damaged"]
    assert str(path) in rows[1]["problem"]
    assert "delete it" in told(capsys, "verify", "checked", code=1)


def test_verify_fails_on_what_is_missing_where_it_is_named(offered, capsys):
    assert told(capsys, "verify") == ""
    assert told(capsys, "verify", "checked", code=1).count("missing: checked: http://") == 2
    assert told(capsys, "verify", "geo-us") == ""


def test_one_that_cannot_be_had_does_not_keep_the_others_back(offered, server, capsys):
    server.script = ["absent"]
    assert main(["data", "get", "unchecked", "checked"]) == 2
    shown = capsys.readouterr()
    assert "HTTP 404" in shown.err
    assert shown.out.count("checked ") == 2


def test_show_tells_all_of_a_card(offered, capsys):
    shown = told(capsys, "show", "checked")
    for words in ("40,000 facts", "CC0-1.0", "more 100.0%, other 25.0%", "a.tsv: sha256:", "120,000 bytes"):
        assert words in shown
    assert "c: unverified" in told(capsys, "show", "unchecked")
    told(capsys, "get", "unchecked")
    path = places.home_of(offered["unchecked"].files[0])
    assert f"at {path}" in told(capsys, "show", "unchecked")
    assert json.loads(told(capsys, "show", "unchecked", "--json"))["files"][0]["path"] == str(path)


def test_a_digest_that_is_weak_is_told(capsys):
    assert "md5:191ed53db9933bd85cc9700558847391 (weak)" in told(capsys, "show", "mnist-m")
    assert "(weak)" not in told(capsys, "show", "svhn")


def test_built_in_cards_are_by_https_and_known_by_sha256_but_for_these():
    files = [file for offer in Plugins.load(third_party=False).all(Dataset.kind) for file in offer.record.files]
    assert {file.url.partition(":")[0] for file in files} == {"https"}
    assert [sum(file.checked == how for file in files) for how in ("weak", "unverified")] == [2, 11]


def test_a_name_that_nobody_offers(offered, capsys):
    for verb in ("show", "get", "verify"):
        assert main(["data", verb, "fb237v1_ind"]) == 2
        assert "did you mean 'fb237_v1_ind'" in capsys.readouterr().err
