"""What an address of the hub means is fetched once, is what the hub says, and nothing in it runs."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from relxfer.errors import DataError, UsageError
from relxfer.store.hub import fetch
from relxfer.store.hub.address import Address
from relxfer.store.hub.fetch import addressed, fetched, local, located

pytestmark = pytest.mark.extra
FACTS = b"a\tlikes\tb\n" * 100


@pytest.fixture
def facts(hub):
    """The address of a file at its commit."""
    commit = hub.commit("me/facts", {"data/train.tsv": FACTS, "README.md": b"# facts\n", "data/odd.py": b"1/0"})
    return f"hf://datasets/me/facts@{commit}/data/train.tsv"


def again():
    fetched.cache_clear()


def test_a_file_is_fetched_once(hub, facts):
    assert local(Path(facts)).read_bytes() == FACTS
    before = len(hub.asked)
    again()
    assert local(Path(facts)).read_bytes() == FACTS
    assert len(hub.asked) == before, "a commit never changes"


def test_a_branch_is_pinned_and_the_configuration_keeps_its_commit(hub, facts):
    written = {"dataset": {"use": "kg-files", "facts": "hf://datasets/me/facts/data/train.tsv"}, "seeds": [1]}
    with pytest.warns(RuntimeWarning, match=rf"is now {facts}; write that"):
        made = located(written)
    assert Path(made["dataset"]["facts"]).read_bytes() == FACTS
    assert addressed(made) == {"dataset": {"use": "kg-files", "facts": facts}, "seeds": [1]}


def test_a_folder_comes_without_code(hub, facts):
    folder = local(Path(facts).parent)
    assert [path.name for path in folder.iterdir()] == ["train.tsv"]


def test_offline_it_is_what_was_fetched_before(hub, facts, monkeypatch):
    with pytest.warns(RuntimeWarning, match="is now"):
        local(Path("hf://datasets/me/facts"))
    again()
    hub.shutdown()
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.warns(RuntimeWarning, match="is now"):
        assert (local(Path("hf://datasets/me/facts")) / "data" / "train.tsv").read_bytes() == FACTS
    with pytest.raises(DataError, match=r"Cannot read hf://me/other: the hub does not answer .*; try again later\."):
        local(Path("hf://me/other"))


def test_a_busy_hub_is_asked_again(hub, facts):
    hub.faults |= {"info": 2, "data/train.tsv": 2}
    assert local(Path(facts)).read_bytes() == FACTS


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("wrong", r"expected 1,000 bytes with sha256:\w+, got others; try again"),
        ("short", r"Cannot read .*train\.tsv: .*try again"),
    ],
)
def test_what_is_not_as_the_hub_says_is_not_kept(hub, facts, fault, told):
    hub.faults["data/train.tsv"] = fault
    with pytest.raises(DataError, match=told) as caught:
        local(Path(facts))
    assert len(str(caught.value).splitlines()) == 1
    again()
    del hub.faults["data/train.tsv"]
    assert local(Path(facts)).read_bytes() == FACTS


def test_two_at_a_time_fetch_it_once(hub, facts, monkeypatch):
    fetch_one, calls = fetch._fetch, []

    def slowly(*given):
        calls.append(given)
        threading.Event().wait(0.3)  # until the other one has seen that it lacks the file
        fetch_one(*given)

    monkeypatch.setattr(fetch, "_fetch", slowly)
    with ThreadPoolExecutor(2) as pool:
        paths = [*pool.map(fetched.__wrapped__, [Address.of(facts)] * 2)]
    assert [path.read_bytes() for path in paths] == [FACTS, FACTS]
    assert len(calls) == 1


def test_a_copy_that_was_changed_is_fetched_again(hub, facts):
    local(Path(facts)).write_bytes(FACTS[::-1])
    again()
    assert local(Path(facts)).read_bytes() == FACTS


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("hf://me/none", "there is no such repository, or you may not see it"),
        ("hf://datasets/me/facts@none", "there is no revision 'none'"),
        ("hf://datasets/me/facts/other.tsv", r"there is no 'other\.tsv'; it holds README\.md"),
        ("hf://datasets/me/facts/data/odd.py", "a pickle or a program"),
    ],
)
@pytest.mark.filterwarnings("ignore:hf.*is now")
def test_what_cannot_be_used_is_told_in_a_sentence(hub, facts, address, told):
    with pytest.raises(DataError, match=told) as caught:
        local(Path(address))
    assert len(str(caught.value).splitlines()) == 1


def test_a_private_repository_needs_a_login(hub, facts, monkeypatch):
    hub.private["me/facts"] = True
    assert local(Path(facts)).read_bytes() == FACTS
    again()
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(DataError, match="or you may not see it"):
        local(Path("hf://datasets/me/facts"))


def test_other_paths_stay_as_they_are(tmp_path):
    assert local(tmp_path) is tmp_path
    assert located({"a": ["b", 1, None]}) == {"a": ["b", 1, None]}
    with pytest.raises(UsageError, match="expected an address like hf://owner/name@revision/path, got 'hf:/me'"):
        local(Path("hf://me"))
