import os
from pathlib import Path

import pytest
from relxfer_kg.files.inspection import look
from relxfer_kg.files.own import OwnFiles, load

from relxfer.errors import DataError

RING = [
    (f"c{i}", relation, f"c{(i + step) % 40}")
    for i in range(40)
    for relation, step in (("next", 1), ("far", 7), ("aside", 11), ("near", 3))
]


def write(path: Path, rows, separator: str = "\t") -> Path:
    path.write_text("".join(separator.join(row) + "\n" for row in rows))
    return path


def usable(found, folder: Path):
    """The table that was found loads."""
    table = dict(found.dataset_table())
    assert table.pop("use") == "kg-files"
    return load(OwnFiles.model_validate(table, context={"folder": folder}), {})


def test_a_plain_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(Path("mine.tsv"), RING)
    found = look("mine.tsv")
    assert found.dataset_table() == {"use": "kg-files", "facts": Path("mine.tsv")}
    assert (found.format, found.separator, found.header, found.columns) == ("TSV", "\t", False, (0, 1, 2))
    assert (found.facts, found.entities, found.relations) == ({"facts": 160}, 40, 4)
    about = "TSV, separated by tabs; 40 entities, 4 relations"
    assert found.sentences()[:2] == ["facts: mine.tsv (160 facts)", about]
    assert found.problems == (
        "the default split leaves 16 test facts: most likely too few for a verdict (raise test_fraction, or add facts)",
    )
    assert len(usable(found, tmp_path).test) > 0


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
    found = look(path)
    assert (found.header, found.columns, found.separator) == (True, columns, separator)
    assert found.facts == {"facts": len(RING)}
    assert found.dataset_table()["columns"] == list(columns)
    usable(found, tmp_path)


def test_columns_among_others_are_found_by_name(tmp_path):
    rows = [("id", "subject", "weight", "predicate", "object")]
    rows += [(str(i), head, "1", relation, tail) for i, (head, relation, tail) in enumerate(RING)]
    found = look(write(tmp_path / "a.csv", rows, ","))
    assert found.columns == ("subject", "predicate", "object")
    assert found.entities == 40


def test_a_first_line_that_occurs_again_is_a_fact(tmp_path):
    rows = [("source", "type", "target"), ("x", "type", "target"), *RING]
    found = look(write(tmp_path / "a.tsv", rows))
    assert not found.header
    assert found.facts == {"facts": len(rows)}
    assert any("looks like a header, but" in problem for problem in found.problems)


def test_an_unusual_header_is_suspected(tmp_path):
    found = look(write(tmp_path / "a.tsv", [("country", "link", "place"), *RING]))
    assert not found.header
    assert any("may be a header" in p and "country, link, place" in p for p in found.problems)


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
    found = look(tmp_path)
    assert [path.name for path in found.files.values()] == list(names)
    assert list(found.files) == ["facts", "valid", "test"]
    assert found.facts == {"facts": 156, "valid": 2, "test": 2}
    assert found.problems == ()
    assert len(usable(found, tmp_path).test) == 4


def test_a_folder_with_more_files(tmp_path):
    for name in ("facts.tsv", "entities.txt", "valid.tsv"):
        write(tmp_path / name, RING)
    found = look(tmp_path)
    assert found.dataset_table() == {"use": "kg-files", "facts": tmp_path / "facts.tsv"}
    assert "not used: entities.txt" in found.problems
    assert any("valid.tsv is not used" in problem for problem in found.problems)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "expected a file of facts such as train.txt or facts.tsv, got none"),
        ({"cat.jpg": "x"}, "got none; name the file itself"),
        ({"one.tsv": "a\tr\tb\n", "two.tsv": "a\tr\tb\n"}, "got one.tsv, two.tsv"),
        ({"train.txt": "a\tr\tb\n", "test.txt": "a r b\n"}, r"test.txt:1: .*\(read as train.txt is\)"),
        ({"train.txt": "a r b\n"}, "train.txt:1: expected a column at position 1"),
    ],
)
def test_folders_that_hold_no_facts(tmp_path, files, message):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=message):
        look(tmp_path)


def test_files_that_hold_no_facts(tmp_path):
    write(tmp_path / "edges.csv", [("a", "b")], ",")
    cases = {"edges.csv": "position 2", "none.tsv": "No such file", "a.png": "expected a name"}
    for name, message in cases.items():
        with pytest.raises(DataError, match=message):
            look(tmp_path / name)


def test_problems_are_found(tmp_path):
    write(tmp_path / "train.txt", [*RING, RING[0], ("c0", "named", '"zero"')])
    write(tmp_path / "test.txt", [RING[5], ("c1", "next", "unheard")])
    found = look(tmp_path)
    assert found.problems == (
        "1 facts are repeated; repetitions are dropped",
        "1 of the entities are literals (names, dates, numbers); drop their facts if they should not be predicted",
        "1 entities of the test are in no fact of the graph",
        "1 of 2 test facts are also facts of the graph, which gives their answers away",
    )


def test_a_graph_that_cannot_be_split_and_columns_out_of_order(tmp_path):
    found = look(write(tmp_path / "a.tsv", [("a", f"r{i}", "b") for i in range(4)]))
    assert any("a relation of their own" in problem for problem in found.problems)
    assert any("none can go" in problem for problem in found.problems)
    found = look(write(tmp_path / "b.tsv", RING[:80]))
    assert any("too few for a verdict" in problem for problem in found.problems)


def test_other_formats(tmp_path):
    path = tmp_path / "a.nt"
    path.write_text("".join(f"<{head}> <{relation}> <{tail}> .\n" for head, relation, tail in RING))
    found = look(path)
    assert (found.format, found.separator, found.entities) == ("N-Triples", None, 40)
    assert found.sentences()[1] == "N-Triples; 40 entities, 4 relations"


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
    found = look(tmp_path / "a.parquet")
    assert (found.columns, found.entities) == (columns, 40)
    usable(found, tmp_path)


def test_paths_are_as_they_were_reached(tmp_path):
    write(tmp_path / "train.tsv", RING)
    found = look(os.path.relpath(tmp_path))
    assert not found.dataset_table()["facts"].is_absolute()
