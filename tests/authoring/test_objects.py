"""Objects in memory as files: which they become, and that tables keep their names and numbers."""

import builtins
from types import SimpleNamespace

import pytest

from relxfer.authoring import objects
from relxfer.authoring.objects import Objects
from relxfer.errors import DataError
from relxfer.store import parquet


@pytest.fixture
def info(tmp_path):
    return SimpleNamespace(context={objects.KEY: Objects(tmp_path / "run" / "objects")})


def cells(table, info):
    return parquet.read(objects.table_file(table, "mine", info))


def test_an_object_is_written_once_and_equal_ones_are_one_file(info, tmp_path):
    written = []

    def write(path):
        written.append(path)
        path.write_text("x")

    made, value, other = objects.of(info), [1], [1]
    first = made.file(value, "mine.txt", write)
    assert made.file(value, "mine.txt", write) == first == made.file(other, "mine.txt", write)
    assert len(written) == 2
    assert first.parent.parent == tmp_path / "run" / "objects"
    assert [path.name for path in first.parent.parent.rglob("*")] == [first.parent.name, "mine.txt"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"Cannot write a\.txt in .*Choose another out"):
        Objects(tmp_path / "file" / "objects").file(1, "a.txt", lambda path: path.write_text(""))


@pytest.mark.parametrize("context", [None, {}, {objects.KEY: None}])
def test_a_configuration_in_a_file_takes_no_objects(context):
    with pytest.raises(ValueError, match="expected a path; objects in memory"):
        objects.of(SimpleNamespace(context=context))


def test_rows_become_a_table_with_names(info):
    path = objects.rows_file([("a", "r", "b"), ("b", "r", "c")], ("head", "relation", "tail"), "mine", info)
    assert path.name == "mine.parquet"
    assert parquet.read(path) == {"head": ["a", "b"], "relation": ["r", "r"], "tail": ["b", "c"]}


def frames():
    pandas, pyarrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    big, text = [2**53 + 1, 2**53], ["x", None]
    yield {"n": big, "t": text}, pandas.DataFrame({"n": big, "t": text})
    yield {"n": [2**53 + 1, None]}, pandas.DataFrame({"n": pandas.array([2**53 + 1, None], dtype="Int64")})
    yield {"n": [1.0, None]}, pandas.DataFrame({"n": [1, float("nan")]})
    yield {"n": [3, 1], "t": text}, pandas.DataFrame({"n": [3, 1], "t": text}).astype("category")
    yield {"t": ["1", "a", None]}, pandas.DataFrame({"t": [1, "a", None]}, dtype=object)
    yield {"0": [1], "1": [2]}, pandas.DataFrame([[1, 2]])
    yield {"a": ["x"], "b": [1]}, pandas.DataFrame({"b": [1]}, index=pandas.Index(["x"], name="a"))
    yield {"b": [1]}, pandas.DataFrame({"b": [1]}, index=["x"])
    yield {"b": [1]}, pandas.DataFrame({"b": [1]}).set_index("b", drop=False)
    yield {"n": big, "t": text}, pyarrow.table({"n": big, "t": pyarrow.array(text).dictionary_encode()})
    yield {"t": text}, pyarrow.table({"t": pyarrow.array(text, pyarrow.string_view())})
    views = pyarrow.array(["x"], pyarrow.string_view())
    yield {"t": ["x", "x"]}, pyarrow.table({"t": pyarrow.DictionaryArray.from_arrays([0, 0], views)})


def test_tables_keep_names_numbers_and_what_is_missing(info):
    for expected, table in frames():
        assert objects.is_frame(table)
        assert cells(table, info) == expected, table


def test_polars_gives_the_same(info):
    polars = pytest.importorskip("polars")
    table = polars.DataFrame({"n": [2**53 + 1, None], "t": polars.Series(["x", None], dtype=polars.Categorical)})
    assert cells(table, info) == {"n": [2**53 + 1, None], "t": ["x", None]}


def test_tables_that_cannot_be_taken_are_told(info):
    pandas = pytest.importorskip("pandas")
    for frame in (pandas.DataFrame([[1, 2]], columns=["a", "a"]), pandas.DataFrame({"a": [object()]})):
        with pytest.raises(DataError, match=r"got one that pyarrow cannot take .*convert or rename"):
            objects.table_file(frame, "mine", info)
    assert not objects.is_frame(pandas.Series([1]))
    assert not objects.is_frame(pandas.DataFrame)


def test_without_pyarrow_one_sentence_says_what_to_install(info, monkeypatch):
    pandas = pytest.importorskip("pandas")
    frame, real = pandas.DataFrame({"a": [1]}), builtins.__import__

    def without(module, *rest):
        if module.startswith("pyarrow"):
            raise ImportError(module)
        return real(module, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DataError, match=r"pip install 'relxfer\[tables\]'"):
        objects.table_file(frame, "mine", info)
