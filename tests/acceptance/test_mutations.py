"""Whatever stands in a configuration, `relxfer check` ends with a plan or with the file and the key at fault.

Good configurations are mutated as tables (keys, types, values) and as text (bytes, lines, brackets), by a seed.
"""

from __future__ import annotations

import contextlib
import copy
import datetime
import io
import json
import random
import re
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from relxfer.cli import main

TARGET = '\n[target]\ndataset = "geo-us"\n'
EVERY_KEY = """
name = "every-key"
seeds = [0, 3, 5]
device = "cpu"
threads = 2
timeout_seconds = 3600.5
[source]
name = "world"
model = { use = "ultra", dim = 8, relation_layers = 1, entity_layers = 2 }
datasets = [{ use = "geo-world", valid_fraction = 0.1, test_fraction = 0.2, split_seed = 1 }]
stages = []
shared = false
[source.training]
steps = 20
epochs = 2.0
batch_size = 4
optimizer = "sgd"
lr = 0.01
weight_decay = 0.001
momentum = 0.9
validations = 1
patience = 1
checkpoint_seconds = 5
[[target]]
name = "mine"
adapter = { use = "kg", negatives = 4, adversarial_temperature = 0.5, block_mb = 2.0 }
model = "ultra"
label_budgets = [0, 10, "all"]
observed_fraction = 0.5
[target.dataset]
use = "kg-files"
facts = ["facts.tsv"]
columns = [0, 1, 2]
header = false
valid_fraction = 0.1
test_fraction = 0.3
split_seed = 2
name = "facts"
[[target]]
dataset = { use = "kg-files", facts = ["facts.tsv"], valid = "facts.tsv", test = "facts.tsv" }
[[strategy]]
use = "finetune"
name = "slowly"
last_parts = 2
lr_factor = 0.1
lr_decay_per_part = 0.9
head_lr_factor = 10
part_lr_factors = { body = 0.5 }
[[strategy]]
name = "both"
stages = ["feature-extraction", { use = "finetune", last_parts = 1 }]
[validator]
use = "target-val"
max_queries = 100
[executor]
use = "processes"
jobs = 2
[report]
metric = "hits@10"
rank_rule = "pessimistic"
baselines = true
"""

#: Values of every type that TOML has, and of no use anywhere or almost.
ODD: tuple[Any, ...] = (
    0, 1, -1, 2**31, 2**63 - 1, -(2**63), 10**30, 10**9, 0.0, -0.5, 1e308, 5e-324, float("inf"), float("-inf"),
    float("nan"), True, False, "", " ", "x", "all", "0", "1.5", "true", "finetune", "geo-us", "kg", "nope", ".", "..",
    "/", "~", "facts.tsv", "a\0b", "a\nb", "\x1b[31mred", "\u202e\u200b", "naïve ☃ 🦊", "{lr}", "%s", "[key]", "$HOME",
    "x" * 300, "x" * 5000, [], [[]], [[[[]]]], {}, {"use": ""}, {"use": 3}, {"use": "finetune"}, {"x": {"y": {"z": 1}}},
    [1, "a", 2.5, True], [{}], [{"use": "geo-us"}], ["finetune", "finetune"], list(range(10_000)), ["x"] * 10_000,
    [{"use": "finetune"} for _ in range(2000)],
    datetime.date(2020, 2, 29), datetime.time(1, 2, 3), datetime.datetime(2020, 1, 1),
    datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
)  # fmt: skip
ODD_KEYS = ("", "x", "a b", "clé", "a.b", "use", "name", "options", "__class__", "model_config", "0", "\0", "k" * 5000)


def deep(levels: int) -> Any:
    made: Any = 1
    for _ in range(levels):
        made = {"a": made}
    return made


def places(table: Any, path: tuple = ()) -> Iterator[tuple]:
    """The path of every key and item."""
    for step, item in list(table.items() if isinstance(table, dict) else enumerate(table)):
        yield (*path, step)
        if isinstance(item, dict | list):
            yield from places(item, (*path, step))


def at(table: Any, path: tuple) -> Any:
    for step in path:
        table = table[step]
    return table


def misspelt(rng: random.Random, name: str) -> str:
    """One letter dropped, doubled, swapped or changed."""
    i = rng.randrange(len(name)) if name else 0
    return rng.choice(
        [name[:i] + name[i + 1 :], name[:i] + name[i : i + 1] * 2 + name[i + 1 :], name[:i] + "z" + name[i + 1 :],
         name[:i] + name[i + 1 : i + 2] + name[i : i + 1] + name[i + 2 :], name + "s", name.upper()]
    )  # fmt: skip


def mutate(rng: random.Random, table: dict[str, Any]) -> list[tuple]:
    """Change one place of the tables; returns the paths by which a message may name it."""
    path = rng.choice(list(places(table)))
    above, step = at(table, path[:-1]), path[-1]
    way = rng.choice(["value", "value", "value", "drop", "rename", "add", "misspell", "swap", "wrap", "many", "deep"])
    if way == "drop":
        del above[step]
    elif way in ("rename", "add") and isinstance(above, dict):
        name = rng.choice([*ODD_KEYS, misspelt(rng, step), misspelt(rng, step)])
        above[name] = copy.deepcopy(above[step]) if way == "add" else above.pop(step)
        return [path, (*path[:-1], name)]
    elif way == "misspell" and isinstance(above[step], str):
        above[step] = misspelt(rng, above[step])
    elif way == "swap":
        other = rng.choice(list(places(table)))
        value = copy.deepcopy(at(table, other))
        if other[: len(path)] != path and path[: len(other)] != other:
            at(table, other[:-1])[other[-1]] = above[step]
            above[step] = value
        return [path, other]
    elif way == "wrap":
        above[step] = rng.choice([[above[step]], {"use": above[step]}, {"value": above[step]}, str(above[step])])
    elif way == "many" and isinstance(above, list):
        above.extend(copy.deepcopy(above[step]) for _ in range(rng.choice([1, 10, 1000])))
        return [path[:-1]]
    elif way == "deep":
        above[step] = deep(rng.choice([5, 31, 40, 150]))
    else:
        above[step] = copy.deepcopy(rng.choice(ODD))
    return [path]


def garble(rng: random.Random, data: bytes) -> bytes:
    """Change the text, with no regard for what it means."""
    i, j = sorted(rng.randrange(len(data)) for _ in range(2))
    lines = data.splitlines(keepends=True)
    line = rng.randrange(len(lines))
    return rng.choice([
        lambda: data[:i] + bytes([data[i] ^ 1 << rng.randrange(8)]) + data[i + 1 :],
        lambda: data[:i] + rng.randbytes(rng.choice([1, 4, 100])) + data[i:],
        lambda: data[:i] + rng.choice([b'"', b"'", b"[", b"]", b"{", b"}", b"=", b".", b",", b"#", b"\\", b"\n", b"\0"])
        + data[i:],
        lambda: data[:i],
        lambda: data[:i] + data[j:],
        lambda: data[:j] + data[i:j] + data[j:],
        lambda: b"".join([*lines[:line], lines[line] * rng.choice([2, 50]), *lines[line + 1 :]]),
        lambda: b"".join(lines[:line] + lines[line + 1 :]),
        lambda: b"".join(rng.sample(lines, len(lines))),
        lambda: data.replace(b"\n", b"\r\n"),
        lambda: data.replace(b"\n", b"\r"),
        lambda: b"\xef\xbb\xbf" + data,
        lambda: data.decode().encode("utf-16"),
        lambda: data[:i] + b"[" * rng.choice([2, 500, 100_000]) + data[i:],
        lambda: data + b"\nx = " + b"[" * 20_000 + b"]" * 20_000,
        lambda: data + b"\n[x]\ny = " + b"{a=" * 5000 + b"1" + b"}" * 5000,
        lambda: b".".join([b"a"] * rng.choice([50, 5000, 50_000])) + b" = 1\n" + data,
        lambda: data + b"\n[" + b'."b c"' * 3000 + b"]\n",
        lambda: data + b"\n[" + b".".join([b'"b c"'] * rng.choice([30, 5000])) + b"]\n",
        lambda: b"seeds = 1" + b"0" * 5000 + b"\n" + data,
        lambda: b"threads = 0x" + b"f" * 5000 + b"\n" + data,
        lambda: data + b'\nname = "' + b"x" * 200_000 + b'"\n',
        lambda: b"threads = 1979-02-30\n" + data,
        lambda: b'device = "\\ud800"\n' + data,
        lambda: data + b"\n\n\x0c\n" + rng.choice([b"", b"\x0b", b" x", b"\xc2\x85", b'"""']),
    ])()  # fmt: skip


def names(path: tuple) -> list[str]:
    """Its keys, as messages quote them; no indices."""
    return [step if re.fullmatch(r"[\w-]+", step, re.ASCII) else json.dumps(step, ensure_ascii=False)
            for step in path if isinstance(step, str)]  # fmt: skip


def names_it(message: str, path: tuple) -> bool:
    """Whether the key of a message is that of the path, above it or below it, or the message mentions the key.

    Another offer has other options: its name is at fault for each key beside it.
    """
    keys = names(path[:-1] if path[-1] == "use" and len(path) > 1 else path)
    whole, told = ".".join(keys), re.sub(r"\[\d+\]", "", message.partition(": ")[0])
    return f"{whole}.".startswith(f"{told}.") or f"{told}.".startswith(f"{whole}.") or keys[-1] in message


class Check:
    """`relxfer check` in this process, and what must hold of its answer."""

    def __init__(self, path: Path):
        self.path, self.slowest, self.codes = path, 0.0, Counter[int]()

    def run(self, data: bytes, *arguments: str) -> tuple[int, str, list[str]]:
        self.path.write_bytes(data)
        out, error = io.StringIO(), io.StringIO()
        start = time.process_time()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            code = main(["check", str(self.path), *arguments])
        self.slowest = max(self.slowest, time.process_time() - start)
        self.codes[code] += 1
        return code, out.getvalue(), error.getvalue().removeprefix("relxfer: ").split("\n")[:-1]

    def told(self, lines: list[str]) -> list[str]:
        """Without the name of the file, which every line has, or that of the option."""
        named = [line for line in lines if line.startswith((f"{self.path}: ", "--set: "))]
        assert named == lines
        return [line.removeprefix(f"{self.path}: ") for line in lines]

    def holds(self, data: bytes, before: set[str], paths: list[tuple], *arguments: str) -> None:
        """`before`: problems that the file had unchanged, such as a plugin that is not installed."""
        code, out, lines = self.run(data, *arguments)
        assert code in (0, 2)
        assert not any(word in out + "".join(lines) for word in ("Traceback", "Warning", "warning:"))
        if code == 0:
            assert re.search(r"valid; at most [\d,]+ cell", out)
            assert not lines
            return
        told = self.told(lines)
        assert told
        assert not any(word in line for line in told for word in JARGON), told
        fresh = [line for line in told if line not in before]
        assert fresh or before
        if told[0].startswith("not valid TOML"):
            assert re.search(r"at line \d+", told[0]), told
        elif paths and fresh:
            assert any(names_it(line, path) for line in fresh for path in paths), (paths, fresh)


#: pydantic's words, which no user of a TOML file should meet.
JARGON = ("Input should", "valid tuple", "valid dictionary", "constrained", "pydantic", "Value error", "instance of",
          "NoneType", "literal[")  # fmt: skip


@pytest.fixture(scope="module")
def good(root, tmp_path_factory) -> tuple[Path, dict[bytes, set[str]]]:
    """A folder with the files that are named; good configurations, with the problems that they have as they are."""
    folder = tmp_path_factory.mktemp("good")
    (folder / "facts.tsv").write_text("".join(f"e{i}\tr{i % 3}\te{(i * 7 + 1) % 20}\n" for i in range(40)))
    (folder / "ultra_3g.pth").write_bytes(b"weights")
    (folder / "runs" / "geo").mkdir(parents=True)
    (folder / "data").mkdir()
    for name in ("edges.csv", "nodes.csv"):
        (folder / "data" / name).write_text("a,b\n")
    assert main(["init", str(folder / "facts.tsv"), "--out", str(folder / "mine.toml")]) == 0
    texts = [(root / "examples" / name).read_text() for name in ("kg_transfer.toml", "plugin/example.toml")]
    page = (root / "docs" / "config.md").read_text()
    fragments = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    texts += [part if "target" in tomllib.loads(part) else part + TARGET for part in fragments]
    texts += [(folder / "mine.toml").read_text(), EVERY_KEY]
    check, found = Check(folder / "mutated.toml"), {}
    for text in texts:
        found[text.encode()] = set(check.told(check.run(text.encode())[2]))
    assert sum(map(bool, found.values())) <= 1, "only a plugin that is not installed is amiss"
    return folder, found


def campaign(good: tuple[Path, dict[bytes, set[str]]], seed: int, number: int) -> Check:
    folder, files = good
    check, texts = Check(folder / "mutated.toml"), list(files)
    rich = [texts[0], *texts[-2:]]
    for index in range(number):
        rng = random.Random(f"{seed}-{index}")
        data, paths, arguments = rng.choice(rng.choice([texts, rich])), [], []
        before = files[data]
        if rng.random() < 0.7:
            table = tomllib.loads(data.decode())
            paths = [path for _ in range(rng.choice([1, 1, 1, 2, 4])) if table for path in mutate(rng, table)]
            data = tomli_w.dumps(table).encode()
        elif rng.random() < 0.7:
            data = garble(rng, data)
        else:
            path = rng.choice(list(places(tomllib.loads(data.decode()))))
            value = rng.choice(
                [str(rng.choice(ODD)), tomli_w.dumps({"x": rng.choice(ODD[:50])}).strip()[4:], "[" * 3000]
            )
            key = ".".join(map(str, path)) + rng.choice(["", "", ".x", ".0", "." * 50, ".x" * 3000])
            arguments, paths = ["--set", f"{key}={value}"], [path]
        try:
            check.holds(data, before, paths, *arguments)
        except BaseException:
            print(f"seed {seed}, mutation {index}, {arguments}:\n{data.decode(errors='backslashreplace')[:20_000]}")
            raise
    print(f"seed {seed}: {number} mutations, exit codes {check.codes}, the slowest {check.slowest:.2f} CPU s")
    return check


def test_500_mutations(good):
    check = campaign(good, seed=0, number=500)
    assert min(check.codes.values()) > 25, "a campaign in which nothing, or everything, is wrong tests little"


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_10_000_mutations(good, seed):
    campaign(good, seed, 10_000)
