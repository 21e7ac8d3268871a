"""Cards of data sets: how TOML is read, what is refused, and that the cards of every plugin are complete."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from relxfer.contract.file import File
from relxfer.data import cards
from relxfer.plugins.finder import Plugins

CARD = {"content": "network", "load": "mine:load", "summary": "flights", "licence": "MIT", "citation": "Doe (2017)"}
CARD |= {"protocol": "accuracy", "counts": {"nodes": 3}}
DIGEST = "sha256:" + "0" * 64
OFFERED = {offer.record.name: offer.record for offer in Plugins.load(third_party=False).all("dataset")}
PUBLISHED = {name: record for name, record in OFFERED.items() if record.files}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package `flights` with these files."""

    def write(**files):
        folder = tmp_path / "flights"
        folder.mkdir()
        (folder / "__init__.py").touch()
        for name, text in files.items():
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        return "flights"

    yield write
    sys.modules.pop("flights", None)


# ------------------------------------------------------------------ reading


def test_several_files_are_read_as_one(package):
    name = package(
        first='content = "network"\n[family.flights]\nload = "mine:load"\nsummary = "flights"\n'
        '[card.b]\nfamily = "flights"\n',
        second='[card.a]\nfamily = "flights"\nsummary = "flights of A"\n',
    )
    read = cards.read(name, "first.toml", "second.toml")
    assert [(card.name, card.content, card.load, card.summary) for card in read] == [
        ("b", "network", "mine:load", "flights"),
        ("a", "network", "mine:load", "flights of A"),
    ]


def test_the_nearest_family_counts():
    families = {"all": CARD, "some": {"family": "all", "licence": "CC0", "protocol": "AUC"}}
    card = cards.dataset("x", {"family": "some", "protocol": "MRR"}, families)
    assert (card.licence, card.protocol, card.citation) == ("CC0", "MRR", "Doe (2017)")


def test_files_stand_relative_to_a_base_or_alone():
    files = {"a": {"url": "sub/a.txt", "digest": DIGEST, "size": 5}, "b": {"url": "https://b.org/b", "digest": DIGEST}}
    card = cards.dataset("x", {**CARD, "base": "https://example.org/data/", "files": files})
    assert card.files == (
        File("a", "https://example.org/data/sub/a.txt", DIGEST, 5),
        File("b", "https://b.org/b", DIGEST),
    )


def test_members_share_their_archive():
    archive = {"url": "https://example.org/a.zip", "digest": DIGEST, "size": 9}
    card = cards.dataset("x", {**CARD, "archive": archive, "files": {"a": {"member": "a/"}, "b": {"member": "b/"}}})
    assert card.files == tuple(File(role, archive["url"], DIGEST, 9, f"{role}/") for role in "ab")


def test_the_example_of_the_documentation_is_read(package):
    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```toml \{\.no-check\}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (card,) = cards.read(package(cards=example), "cards.toml")
    assert card.licence == "MIT"
    assert card.files[0].url.endswith("/graph/brazil-airports.edgelist")


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ({**CARD, "citations": "x"}, r"card of 'x': no key is called 'citations': did you mean 'citation'\?"),
        ({**CARD, "family": "flihgts"}, r"card of 'x': no family is called 'flihgts': did you mean 'flights'\?"),
        ({**CARD, "files": {"a": {"url": "https://a.org/a", "sha256": "0"}}}, "file 'a': no key is called 'sha256'"),
        ({**CARD, "files": {"a": {"digest": DIGEST}}}, "card of 'x', file 'a': expected a url, got none"),
        ({**CARD, "files": {"a": {"url": "https://a.org/a"}}}, "expected a digest, or the reason why there is none"),
        (
            {**CARD, "files": {"a": {"url": "https://a.org/a", "digest": DIGEST, "unverified": "no"}}},
            "expected a digest, or the reason why there is none under `unverified`, not both",
        ),
        (
            {**CARD, "licence": "", "files": {"a": {"url": "https://a.org/a", "digest": DIGEST}}},
            "expected licence, got",
        ),
        ({"load": "mine:load"}, "card of 'x': expected content, summary, got none"),
    ],
    ids=["key", "family", "key of a file", "no url", "no digest", "both", "no licence", "no adapter"],
)
def test_a_card_that_is_not_complete_is_refused(card, expected):
    with pytest.raises(ValueError, match=expected):
        cards.dataset("x", card, {"flights": {}})


# ------------------------------------------------------------------ of the plugins


def test_every_plugin_offers_its_cards():
    contents = [record.content for record in PUBLISHED.values()]
    counted = {content: contents.count(content) for content in contents}
    assert counted == {"knowledge-graph": 69, "network": 17, "pictures": 10}


@pytest.mark.parametrize("record", OFFERED.values(), ids=OFFERED)
def test_a_card_says_what_the_data_is_and_under_which_licence(record):
    assert record.summary
    assert record.content in ("knowledge-graph", "network", "pictures")
    assert record.licence
    assert record.protocol


@pytest.mark.parametrize("record", PUBLISHED.values(), ids=PUBLISHED)
def test_a_published_data_set_is_cited_and_its_files_are_checked(record):
    assert record.citation
    assert record.counts
    assert all(file.url.startswith("https://") for file in record.files)
    assert len({file.role for file in record.files}) == len(record.files)


def test_only_these_have_files_that_nobody_can_check():
    """The reader demands the reason of each (`unverified`)."""
    unchecked = {name for name, record in PUBLISHED.items() if any(file.digest is None for file in record.files)}
    assert unchecked == {"cats_dogs", "hymenoptera", "cifar10-jpeg", "caltech36", "haverford76", "mit8"}
