"""Write plugins/relxfer_kg/data/standard.toml, the cards of standard knowledge graphs.

    python scripts/kg_cards.py MANIFEST MIRROR [PARENT.tar.xz ...] > plugins/relxfer_kg/data/standard.toml

MANIFEST is a JSON list `datasets` of name, group, counts and availability; MIRROR a folder laid out host/path with an
`index.json` of URL -> dataset, bytes, sha256, path. Every file is read: its digest must be that of the index, and the
leakage is measured. A PARENT, an archive with a train.txt, is measured as a source too without getting a card.

Leakage of a card: the share of its test facts (of GraIL, validation and test) that are training facts of another card
or parent, names compared after turning ":" into "_": NELL is spelt either way. Shares below 1 % are left out.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Fact = tuple[str, ...]
Facts = list[Fact]
Card = dict[str, Any]

FAMILIES = Path(__file__).parents[1] / "plugins" / "relxfer_kg" / "data" / "cards.toml"
PARTS = ("train.txt", "valid.txt", "test.txt")
ROLES = tuple(part.removesuffix(".txt") for part in PARTS)
#: group -> part -> role -> how its URL ends ({} is the folder of the set), and the name in the manifest.
INDUCTIVE: dict[str, dict[str, dict[str, tuple[str, str]]]] = {
    "grail": {
        "training": {role: (f"/{{}}/{role}.txt", f"{role}.txt") for role in ROLES},
        "inference": {role: (f"/{{}}_ind/{role}.txt", f"inductive/{role}.txt") for role in ROLES},
    },
    "ingram": {
        "training": {"train": ("/train.txt", "train.txt")},
        "inference": {
            "train": ("/msg.txt", "inductive/train.txt"),
            "valid": ("/valid.txt", "inductive/valid.txt"),
            "test": ("/test.txt", "inductive/test.txt"),
        },
    },
    "ilpc2022": {
        "training": {"train": ("/train.txt", "train.txt")},
        "inference": {
            "train": ("/inference.txt", "inductive/train.txt"),
            "valid": ("/inference_validation.txt", "inductive/valid.txt"),
            "test": ("/inference_test.txt", "inductive/test.txt"),
        },
    },
    "hamaguchi": {
        "training": {role: (f"/train/{role}.txt", f"{role}.txt") for role in ROLES[:2]},
        "inference": {
            "train": ("/test/test-graph.txt", "inductive/train.txt"),
            "test": ("/test/test-fact.txt", "inductive/test.txt"),
        },
    },
    "wikitopics": {
        "training": {role: (f"/{role}.txt", f"{role}.txt") for role in ROLES[:2]},
        "inference": {
            "train": ("/msg.txt", "inductive/train.txt"),
            "test": ("/test.txt", "inductive/test.txt"),
        },
    },
}
WHOLE = {"protocol": {role: (f"/{role}.txt", f"{role}.txt") for role in ROLES}}
#: Sets whose names are numbers of their own: they mean nothing elsewhere.
NUMBERED = ("hm_1k", "hm_5k")
SMALLEST_SHARE = 0.01


def main(manifest: Path, mirror: Path, parents: list[Path]) -> None:
    index = json.loads((mirror / "index.json").read_text())
    listed = json.loads(manifest.read_text())["datasets"]
    cards: dict[str, Card] = {}
    facts: dict[str, dict[str, Facts]] = {}
    for entry in sorted((e for e in listed if e["available"] == "mirror"), key=lambda e: e["name"].lower()):
        urls = {url: row for url, row in index.items() if row["dataset"] == entry["name"]}
        for name, card in cards_of(entry, urls):
            cards[name] = card
            facts[name] = {file["role"]: read(file, mirror / urls[file["url"]]["path"]) for file in card["files"]}
            check(name, card, facts[name])
    known = {name: set(parts["train"]) for name, parts in facts.items()}
    known |= {path.name.partition(".")[0]: set(parse(member(path, "train.txt"))) for path in parents}
    for name, card in cards.items():
        card["leakage"] = leakage(name, asked(card, facts[name]), known)
    sys.stdout.write("# Written by scripts/kg_cards.py.\n\n" + "\n".join(map(toml, cards, cards.values())))


def cards_of(entry: dict[str, Any], urls: dict[str, Any]) -> Iterator[tuple[str, Card]]:
    """The card of a set, or the two cards of an inductive one."""
    lower = entry["name"].lower()
    family = entry["group"] if entry["group"] in INDUCTIVE else lower.removesuffix("-s").removesuffix("-m")
    family = "countries" if family.startswith("countries") else family
    for part, roles in INDUCTIVE.get(entry["group"], WHOLE).items():
        counts, total = entry["counts"], "inductive_graph_total" if part == "inference" else "train_graph_total"
        yield (
            f"{lower}_ind" if part == "inference" else lower,
            {
                "family": family,
                "part": part,
                "files": [file_of(role, end.format(entry["name"]), urls) for role, (end, _) in roles.items()],
                "counts": {what: counts[total][what] for what in ("entities", "relations")}
                | {role: counts["splits"][key]["triples"] for role, (_, key) in roles.items()},
            },
        )


def toml(name: str, card: Card) -> str:
    """The card as `relxfer.data.cards` reads it; URLs are relative to the base of its family."""
    base = base_of(card["family"])
    family = card["family"] + ("" if card["part"] == "protocol" else f"-{card['part']}")
    lines = [f"[card.{name}]", f'family = "{family}"', f"counts = {inline(card['counts'])}"]
    if card["leakage"]:
        lines.append(f"leakage = {inline(card['leakage'])}")
    archives = {file["url"] for file in card["files"] if "member" in file}
    common = ("url", "digest", "size") if archives else ()
    if archives:
        archive = {key: card["files"][0][key] for key in common}
        lines.append(f"archive = {inline(archive | {'url': archive['url'].removeprefix(base)})}")
    lines.append(f"[card.{name}.files]")
    for file in card["files"]:
        row = {key: value for key, value in file.items() if key not in ("role", *common)}
        if "url" in row:
            row["url"] = row["url"].removeprefix(base)
        lines.append(f"{file['role']} = {inline(row)}")
    return "\n".join(lines) + "\n"


def inline(table: dict[str, Any]) -> str:
    """An inline table of whole and other numbers and texts."""
    pairs = ((key if re.fullmatch(r"[\w-]+", key) else json.dumps(key), json.dumps(table[key])) for key in table)
    return "{ " + ", ".join(f"{key} = {value}" for key, value in pairs) + " }"


def base_of(family: str) -> str:
    return tomllib.loads(FAMILIES.read_text(encoding="utf-8"))["family"][family]["base"]


def file_of(role: str, end: str, urls: dict[str, Any]) -> dict[str, Any]:
    archives = [url for url in urls if url.endswith(".tar.gz")]
    (url,) = archives or [url for url in urls if url.endswith(end)]
    file = {"role": role, "url": url, "digest": f"sha256:{urls[url]['sha256']}", "size": urls[url]["bytes"]}
    return file | ({"member": f"{role}.txt"} if archives else {})


def read(file: dict[str, Any], path: Path) -> Facts:
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest(), len(data)
    if found != (file["digest"].removeprefix("sha256:"), file["size"]):
        raise SystemExit(f"{path}: expected {file['digest']} and {file['size']} bytes, got {found}")
    return parse(member(path, file["member"]) if "member" in file else data)


def member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as stream:
        (info,) = (info for info in stream if info.name.rpartition("/")[2] == name)
        found = stream.extractfile(info)
        assert found is not None
        return found.read()


def parse(data: bytes) -> Facts:
    return [tuple(line.replace(":", "_").split("\t")) for line in data.decode().splitlines()]


def check(name: str, card: Card, parts: dict[str, Facts]) -> None:
    """The counts of the manifest against the files."""
    rows = [fact for part in parts.values() for fact in part]
    found = {"entities": len({end for fact in rows for end in (fact[0], fact[2])})}
    found |= {"relations": len({fact[1] for fact in rows})} | {role: len(part) for role, part in parts.items()}
    if found != card["counts"]:
        raise SystemExit(f"{name}: expected {card['counts']}, got {found}")


def asked(card: Card, parts: dict[str, Facts]) -> Facts:
    merged = card["family"] == "grail" and card["part"] == "inference"
    return [*(parts["valid"] if merged else []), *parts.get("test", [])]


def leakage(name: str, test: Facts, known: dict[str, set[Fact]]) -> dict[str, float]:
    shares = {
        other: round(sum(fact in train for fact in test) / len(test), 4)
        for other, train in known.items()
        if test and other != name and comparable(name, other)
    }
    return {other: share for other, share in shares.items() if share >= SMALLEST_SHARE}


def comparable(*names: str) -> bool:
    sets = {name.removesuffix("_ind") for name in names}
    return len(sets) == 1 or not sets & set(NUMBERED)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(argument) for argument in sys.argv[3:]])
