"""Whatever happens to a file of a run, running again ends with the same weights and numbers, or says what to do."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from relxfer.cli import main
from relxfer.errors import RelxferError
from relxfer.testing import blobs, harness

Damage = Callable[[bytes, random.Random], bytes | None]


def flipped(data: bytes, rng: random.Random) -> bytes:
    if not data:
        return b"\x01"
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :]


DAMAGES: dict[str, Damage] = {
    "deleted": lambda data, rng: None,
    "empty": lambda data, rng: b"",
    "first byte": lambda data, rng: data[:1],
    "cut": lambda data, rng: data[: rng.randrange(len(data) + 1)],
    "last byte": lambda data, rng: data[:-1],
    "bit": flipped,
    "zeros": lambda data, rng: bytes(len(data)),
    "garbage": lambda data, rng: rng.randbytes(len(data) or 9),
    "other JSON": lambda data, rng: rng.choice([b"[]", b"{}", b"null", b"3", b'{"n": 0}', b'{"sha": 1}']),
    "key": lambda data, rng: data.replace(b'"relxfer"', b'"relxfes"', 1).replace(b'"sha256"', b'"sha257"', 1),
    "longer": lambda data, rng: data + rng.randbytes(9),
}


def damaged(path: Path, damage: Damage, rng: random.Random) -> None:
    data = damage(path.read_bytes(), rng)
    path.unlink() if data is None else path.write_bytes(data)


def ours(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "notes.txt")


def finished(small, folder: Path) -> dict:
    """The ending of the run, after following the advice where there was some."""
    try:
        small.run(folder)
    except RelxferError as error:
        if not error.exit_code or "choose another --out" not in str(error):
            raise
        folder = folder.with_name("another")
        shutil.rmtree(folder, ignore_errors=True)
        small.run(folder)
    return small.ending(folder)


def campaign(small, whole: Path, folder: Path, rounds: int, share: float) -> int:
    """Every file damaged in a share of all ways, so many rounds; the healed run is the next one's victim."""
    rng, expected, done = random.Random(rounds), small.ending(whole), 0
    for name in [path.relative_to(whole) for path in ours(whole)]:
        for way, damage in list(DAMAGES.items()) * rounds:
            if rng.random() > share:
                continue
            if not folder.exists():
                shutil.copytree(whole, folder)
                (folder / "notes.txt").write_text("mine")
            if not (folder / name).exists():  # a lock or a trace, which nobody misses
                shutil.copy(whole / name, folder / name)
            damaged(folder / name, damage, rng)
            assert finished(small, folder) == expected, (name, way)
            assert (folder / "notes.txt").read_text() == "mine"
            done += 1
            if not (folder / "provenance.json").exists():  # what is no run any more is left alone
                shutil.rmtree(folder)
    return done


def test_any_file_of_a_finished_run_damaged(small, whole, tmp_path):
    assert campaign(small, whole, tmp_path / "run", rounds=1, share=0.3) > 50


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_any_file_of_a_finished_run_damaged_in_every_way(small, whole, tmp_path):
    assert campaign(small, whole, tmp_path / "run", rounds=4, share=1.0) > 800


#: Validation points at which a run is broken off: in the source stage, in the first phase of a cell, in its second.
BROKEN_OFF = (2, 5, 8)


@pytest.fixture(scope="module", params=BROKEN_OFF)
def interrupted(request, small, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("interrupted") / "run"
    with pytest.raises(KeyboardInterrupt):
        small.run(folder, harness.Observer(request.param))
    assert list(folder.rglob("phases/*"))
    return folder


def resumed(small, interrupted: Path, folder: Path, names: list[Path], way: str, rng: random.Random) -> dict:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(interrupted, folder)
    for name in names:
        damaged(folder / name, DAMAGES[way], rng)
    return finished(small, folder)


def test_any_phase_file_of_an_interrupted_run_damaged(small, whole, interrupted, tmp_path):
    rng, expected = random.Random(1), small.ending(whole)
    for name in [path.relative_to(interrupted) for path in interrupted.rglob("phases/*")]:
        for way in ("cut", "bit", "garbage", "empty", "key"):
            assert resumed(small, interrupted, tmp_path / "run", [name], way, rng) == expected, (name, way)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_any_files_of_an_interrupted_run_damaged_in_every_way(small, whole, interrupted, tmp_path):
    """One file in every way, then several at once."""
    rng, expected = random.Random(2), small.ending(whole)
    names = [path.relative_to(interrupted) for path in ours(interrupted)]
    chosen = [[name] for name in names] + [rng.sample(names, rng.randrange(2, 6)) for _ in range(20)]
    for some in chosen:
        for way in DAMAGES:
            assert resumed(small, interrupted, tmp_path / "run", some, way, rng) == expected, (some, way)


def test_what_is_whole_stays_as_it_is(small, whole, tmp_path):
    """Only the cell whose file was damaged is run again."""
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    models = sorted((folder / "cells").glob("*/model.safetensors"))
    before = {path: path.stat().st_mtime_ns for path in models}
    damaged(models[0], DAMAGES["bit"], random.Random(0))
    observer = harness.Observer()
    with pytest.warns(RuntimeWarning, match="was damaged and is run again"):
        harness.run(small.config, folder, [blobs, observer])
    assert observer.cells == 1
    assert [path for path in models if path.stat().st_mtime_ns != before[path]] == models[:1]


def test_a_damaged_checkpoint_that_is_given_is_told_before_anything_runs(small, whole, tmp_path):
    checkpoint = tmp_path / "model.safetensors"
    shutil.copy(next(whole.glob("sources/*/model.safetensors")), checkpoint)
    damaged(checkpoint, DAMAGES["bit"], random.Random(3))
    with pytest.raises(RelxferError, match="damaged or foreign"):
        small.run(tmp_path / "run", source={"checkpoint": str(checkpoint)})


def test_verbs_on_damaged_runs(whole, tmp_path, capsys):
    """They show what was stored, or say what to do; never other numbers, and never a traceback."""
    rng, folder = random.Random(4), tmp_path / "runs" / "run"
    shutil.copytree(whole, folder)
    cell = next((folder / "cells").glob("*/trace.jsonl")).parent
    verbs = [
        ["report", str(folder), "--json"],
        ["show", cell.name, "--run", str(folder)],
        ["runs", "list", str(folder.parent)],
    ]
    shown = [said(verb, capsys) for verb in verbs]
    assert all(code == 0 for code, _ in shown)
    for path in (folder / "results.json", folder / "provenance.json", cell / "trace.jsonl"):
        data = path.read_bytes()
        for damage in list(DAMAGES.values()) * 3:
            damaged(path, damage, rng)
            for verb, before in zip(verbs, shown, strict=True):
                found = said(verb, capsys)
                assert found == before or found[0] in (1, 2) or path.name != "results.json" or verb[0] == "runs"
            path.write_bytes(data)


def said(verb: list[str], capsys: pytest.CaptureFixture) -> tuple[int, str]:
    code = main(verb)
    out, err = capsys.readouterr()
    assert code == 0 or "expected" in err
    assert "Traceback" not in err
    return code, out
