import os
from pathlib import Path

import pytest
from relxfer_kg.data.user_files import load
from relxfer_kg.files.inspection import inspect
from relxfer_kg.options import OwnFiles

from relxfer.contract.readers import Told
from relxfer.errors import DataError, NotMine

RING = [
    (f"c{i}", relation, f"c{(i + step) % 40}")
    for i in range(40)
    for relation, step in (("next", 1), ("far", 7), ("aside", 11), ("near", 3))
]


def write(path: Path, rows, separator: str = "\t") -> Path:
    path.write_text("".join(separator.join(row) + "\n" for row in rows))
    return path


def usable(seen, folder: Path):
    """The table that was seen loads."""
    table = dict(seen.dataset_table())
    assert table.pop("use") == "kg-files"
    return load(OwnFiles.model_validate(table, context={"folder": folder}))


def test_a_plain_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(Path("mine.tsv"), RING)
    seen = inspect("mine.tsv")
    assert seen.dataset_table() == {"use": "kg-files", "facts": Path("mine.tsv")}
    assert (seen.format, seen.separator, seen.header, seen.columns) == ("TSV", "\t", False, (0, 1, 2))
    assert (seen.facts, seen.entities, seen.relations) == ({"facts": 160}, 40, 4)
    about = "TSV, separated by tabs; 40 entities, 4 relations"
    assert seen.sentences()[:2] == ["facts: mine.tsv (160 facts)", about]
    assert seen.problems == (
        "the default split leaves 16 test facts: most likely too few for a verdict (raise test_fraction, or add facts)",
    )
    assert len(usable(seen, tmp_path).test) > 0


@pytest.mark.parametrize(
    ("names", "separator", "columns"),
    [
        (("head", "relation", "tail"), "\t", ("head", "relation", "tail")),
        (("Subject", "Predicate", "Object"), ",", ("Subject", "Predicate", "Object")),
        (("target", "edge_type", "source"), ";", ("source", "edge_type", "target")),
    ],
)
def test_a_header_is_recognised(tmp_path, names, separator, columns):
    path = write(tmp_path / ("a.tsv" if separator == "\t" else "a.csv"), [names, *RING], separator)
    seen = inspect(path)
    assert (seen.header, seen.columns, seen.separator) == (True, columns, separator)
    assert seen.facts == {"facts": len(RING)}
    assert seen.dataset_table()["columns"] == list(columns)
    usable(seen, tmp_path)


def test_columns_among_others_are_found_by_name(tmp_path):
    rows = [("id", "subject", "weight", "predicate", "object")]
    rows += [(str(i), head, "1", relation, tail) for i, (head, relation, tail) in enumerate(RING)]
    seen = inspect(write(tmp_path / "a.csv", rows, ","))
    assert seen.columns == ("subject", "predicate", "object")
    assert seen.entities == 40


def test_a_first_line_that_occurs_again_is_a_fact(tmp_path):
    rows = [("source", "type", "target"), ("x", "type", "target"), *RING]
    seen = inspect(write(tmp_path / "a.tsv", rows))
    assert not seen.header
    assert seen.facts == {"facts": len(rows)}
    assert any("looks like a header, but" in note for note in seen.notes)


def test_an_unusual_header_is_taken_for_one_and_said(tmp_path):
    seen = inspect(write(tmp_path / "a.tsv", [("country", "link", "place"), *RING]))
    assert (seen.header, seen.facts) == (True, {"facts": len(RING)})
    assert any("taken for a header" in note and "country, link, place" in note for note in seen.notes)
    assert seen.dataset_table()["columns"] == ["country", "link", "place"]


@pytest.mark.parametrize(
    "names",
    [
        ("train.txt", "valid.txt", "test.txt"),
        ("kg_train.tsv", "kg_dev.tsv", "kg_test.tsv"),
        ("kg.tsv", "kg-val.tsv", "kg-test.tsv"),
        ("facts.csv", "validation.csv", "test.csv"),
        ("mine.tsv", "valid.tsv", "test.tsv"),
    ],
)
def test_a_folder_with_parts(tmp_path, names):
    separator = "," if names[0].endswith("csv") else "\t"
    for name, rows in zip(names, (RING[:-4], RING[-4:-2], RING[-2:]), strict=True):
        write(tmp_path / name, rows, separator)
    (tmp_path / "README.md").write_text("about")
    seen = inspect(tmp_path)
    assert [path.name for path in seen.files.values()] == list(names)
    assert list(seen.files) == ["facts", "valid", "test"]
    assert seen.facts == {"facts": 156, "valid": 2, "test": 2}
    assert seen.problems == ()
    assert len(usable(seen, tmp_path).test) == 4


def test_a_folder_with_more_files(tmp_path):
    for name in ("facts.tsv", "entities.txt", "valid.tsv"):
        write(tmp_path / name, RING)
    seen = inspect(tmp_path)
    assert seen.dataset_table() == {"use": "kg-files", "facts": tmp_path / "facts.tsv"}
    assert "not used: entities.txt" in seen.problems
    assert any("valid.tsv is not used" in note for note in seen.found.notes)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "expected a file of facts such as train.txt or facts.tsv, got none"),
        ({"cat.jpg": "x"}, "got none; name the file itself"),
        ({"one.tsv": "a\tr\tb\n", "two.tsv": "a\tr\tb\n"}, "got one.tsv, two.tsv"),
        ({"train.txt": "a\tr\tb\n", "test.txt": "arb\n"}, r"test.txt: .*\(read as train.txt is\)"),
        ({"train.txt": "arb\n"}, "train.txt:1: expected 3 columns"),
    ],
)
def test_folders_that_hold_no_facts(tmp_path, files, message):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=message):
        inspect(tmp_path)


def test_files_that_hold_no_facts(tmp_path):
    write(tmp_path / "edges.csv", [("a", "b")], ",")
    cases = {"edges.csv": "two columns: a list of edges", "none.tsv": "does not exist", "a.png": "expected a name"}
    for name, message in cases.items():
        with pytest.raises(DataError, match=message):
            inspect(tmp_path / name)


def test_problems_are_found(tmp_path):
    write(tmp_path / "train.txt", [*RING, RING[0], ("c0", "named", '"zero"')])
    write(tmp_path / "test.txt", [RING[5], ("c1", "next", "unheard")])
    seen = inspect(tmp_path)
    assert seen.problems == (
        "1 facts are repeated; repetitions are dropped",
        '1 of the entities are literals (numbers, dates, texts), in 1 facts, such as "zero"; literals = "drop" leaves '
        "these facts out",
        "1 entities of the test are in no fact of the graph",
        "1 of 2 test facts are also facts of the graph, which gives their answers away",
    )


def test_a_graph_that_cannot_be_split_and_columns_out_of_order(tmp_path):
    seen = inspect(write(tmp_path / "a.tsv", [("a", f"r{i}", "b") for i in range(4)]))
    assert any("a relation of their own" in problem for problem in seen.problems)
    assert any("none can go" in problem for problem in seen.problems)
    seen = inspect(write(tmp_path / "b.tsv", RING[:80]))
    assert any("too few for a verdict" in problem for problem in seen.problems)


def test_other_formats(tmp_path):
    path = tmp_path / "a.nt"
    path.write_text("".join(f"<{head}> <{relation}> <{tail}> .\n" for head, relation, tail in RING))
    seen = inspect(path)
    assert (seen.format, seen.separator, seen.entities) == ("N-Triples", None, 40)
    assert seen.sentences()[1] == "N-Triples; 40 entities, 4 relations"


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (["h", "x", "p", "o"], ("h", "p", "o")),
        (["a", "b", "c", "d"], ("a", "b", "c")),
    ],
)
def test_parquet(tmp_path, names, columns):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    picked = [names.index(column) for column in columns]
    cells = {name: ["x"] * len(RING) for name in names}
    for position, values in zip(picked, zip(*RING, strict=True), strict=True):
        cells[names[position]] = list(values)
    parquet.write_table(pyarrow.table(cells), tmp_path / "a.parquet")
    seen = inspect(tmp_path / "a.parquet")
    assert (seen.columns, seen.entities) == (columns, 40)
    usable(seen, tmp_path)


def test_paths_are_as_they_were_reached(tmp_path):
    write(tmp_path / "train.tsv", RING)
    seen = inspect(os.path.relpath(tmp_path))
    assert not seen.dataset_table()["facts"].is_absolute()


@pytest.mark.parametrize("ending", ["", ".png"])
@pytest.mark.parametrize("head", [",image_id,kind,site", ",head,relation,tail"])
def test_a_table_of_pictures_is_never_facts(tmp_path, ending, head):
    (tmp_path / "images").mkdir()
    for number in range(12):
        (tmp_path / "images" / f"{number:02}.png").touch()
    rows = [[str(number), f"{number:02}{ending}", "ab"[number % 2], "xyz"[number % 3]] for number in range(12)]
    table = write(tmp_path / "labels.csv", [head.split(","), *rows], ",")
    with pytest.raises(NotMine, match=r"got a list of pictures in '(image_id|head)', such as 00"):
        inspect(table)
    assert inspect(table, Told(columns=(0, 1, 2))).facts == {"facts": 12}, "the user says that it is facts"


def test_facts_beside_pictures_are_facts(tmp_path):
    for number in range(40):
        (tmp_path / f"c{number}.png").touch()
    assert inspect(write(tmp_path / "ring.tsv", RING)).facts == {"facts": 160}
