"""Tables, arrays, networks, pictures, checkpoints and run directories of a stranger: in a sentence, in little memory.

Each file is handed to a command in a copy of this process, which measures by how much its memory grew. Most of them
take several GB when they are read without care.
"""

from __future__ import annotations

import binascii
import gzip
import io
import json
import os
import re
import struct
import sys
import traceback
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from relxfer.cli import main

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measures memory by /proc")

#: Megabytes by which the memory of a command may grow; torch and the engine, which are loaded before, take 350.
MOST = 600
GRAPH, NETWORK, PICTURES = "kg-files", "network-files", "image-files"


# ------------------------------------------------------------------ a command and its memory


@dataclass(frozen=True)
class Told:
    code: int
    words: str
    grown: float


def command(*arguments: str, folder: Path) -> Told:
    """`relxfer ARGUMENTS` in `folder`: exit code, what both outputs say, and megabytes by which memory grew at most."""
    return measured(lambda: main(list(arguments)), folder)


def measured(work: Callable[[], int], folder: Path) -> Told:
    """The same of any work, in a copy of this process."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there is no other thread of ours
        process = os.fork()
    if process == 0:
        _become(work, folder, writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as stream:
        words, _, grown = stream.read().rpartition("\n")
    return Told(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), " ".join(words.split()), float(grown))


def _become(work: Callable[[], int], folder: Path, writing: int) -> NoReturn:
    code, before = 99, 0.0
    try:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
        warnings.resetwarnings()
        os.chdir(folder)
        Path("/proc/self/clear_refs").write_text("5")  # the highest mark begins here
        before = _megabytes("VmRSS")
        code = work()
    except BaseException:
        traceback.print_exc()
    finally:
        print(f"\n{_megabytes('VmHWM') - before}", end="", file=sys.stderr)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _megabytes(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """What every command imports, so that the copies do not."""
    import networkx  # noqa: F401
    import PIL.Image
    import relxfer_kg.ultra.learner
    import relxfer_social.data.user_files
    import relxfer_vision.data.user_files
    import torch  # noqa: F401

    import relxfer.execute.engine
    import relxfer.execute.runner

    PIL.Image.init()
    with np.errstate(all="ignore"):
        assert relxfer.execute.engine
        assert relxfer.execute.runner
        assert relxfer_kg.ultra.learner
        assert relxfer_social.data.user_files
        assert relxfer_vision.data.user_files


def refused(told: Told, *names: str) -> None:
    """With exit code 2 or 3, a sentence that names the file, and little memory."""
    assert told.code in (2, 3), told.words
    assert "Traceback" not in told.words, told.words
    assert len(told.words) < 1500
    assert "expected" in told.words
    assert any(name in told.words for name in names), told.words
    assert told.grown < MOST, f"{told.grown:.0f} MB: {told.words}"


def contents(folder: Path, without: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_size for path in folder.rglob("*") if not path.is_relative_to(without)}


# ------------------------------------------------------------------ making files


def gzip_bomb(text: bytes, times: int) -> bytes:
    """A gzip file of a text many times over, in members that are equal."""
    return gzip.compress(text, 9) * times


def facts(copies: int = 1000) -> bytes:
    return b"a\tr\tb\n" * copies


def npz(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of duplicates
        with zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive:
            for name, data in members.items():
                archive.writestr(name.rstrip("*"), data)
    return stream.getvalue()


def npy(array: np.ndarray, **header: object) -> bytes:
    """As numpy writes it, with another header where one is given."""
    stream = io.BytesIO()
    told = {**np.lib.format.header_data_from_array_1_0(array), **header}
    np.lib.format.write_array_header_1_0(stream, told)
    return stream.getvalue() + array.tobytes()


EDGES = np.array([[0, 1, 2], [1, 2, 0]])
LABELS = np.array([0, 1, 1])


def network(**arrays: bytes) -> bytes:
    return npz({f"{name}.npy": data for name, data in ({"edge_index": npy(EDGES), "y": npy(LABELS)} | arrays).items()})


def safetensors(header: dict | bytes, data: bytes = b"", size: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if size is None else size) + text + data


def tensor(shape: list[int], start: int, end: int, dtype: str = "I64") -> dict:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def png(width: int, height: int, *chunks: tuple[bytes, bytes], depth: int = 1, colour: int = 0) -> bytes:
    """Black, as small as it gets."""
    row = 1 + (width * depth * (1, 0, 3, 1, 2, 0, 4)[colour] + 7) // 8
    packer = zlib.compressobj(9)
    parts = []
    for _ in range(height):
        parts.append(packer.compress(bytes(row)))
    parts.append(packer.flush())
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    every = [(b"IHDR", head), *chunks, (b"IDAT", b"".join(parts)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", binascii.crc32(kind + data))
        for kind, data in every
    )


def header_alone(width: int, height: int) -> bytes:
    """A picture of which nothing but the header is there."""
    whole = png(1, 1)
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return whole[:12] + head + struct.pack(">I", binascii.crc32(head)) + whole[33:]


def laughs(element: str) -> str:
    """Entities of entities: 10^9 times a word."""
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{levels}]><{element}>&l9;</{element}>'


def quadratic(element: str) -> str:
    """One long entity, many times."""
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]><{element}>{"&a;" * 30_000}</{element}>'


def parquet(rows: int, groups: int, text: str = "a") -> bytes:
    """A fact over and over."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    column = pyarrow.DictionaryArray.from_arrays(pyarrow.array(np.zeros(rows, np.int32)), pyarrow.array([text]))
    table = pyarrow.table({"source": column, "relation": column, "target": column})
    sink = pyarrow.BufferOutputStream()
    with parquet.ParquetWriter(sink, table.schema) as writer:
        for _ in range(groups):
            writer.write_table(table, row_group_size=rows)
    return sink.getvalue().to_pybytes()


def long_page() -> bytes:
    """Texts of 64 MB each, in pages that are compressed."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    cells = pyarrow.array(["a" * (1 << 26)] * 3, pyarrow.large_string())
    sink = pyarrow.BufferOutputStream()
    table = pyarrow.table({"source": cells, "relation": cells, "target": cells})
    parquet.write_table(table, sink, use_dictionary=False, compression="zstd", write_statistics=False)
    return sink.getvalue().to_pybytes()


def twice() -> bytes:
    """A column that stands twice."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    sink = pyarrow.BufferOutputStream()
    cells = pyarrow.array(["a", "b"])
    parquet.write_table(pyarrow.Table.from_arrays([cells] * 3, ["source", "target", "target"]), sink)
    return sink.getvalue().to_pybytes()


def repeated_bytes() -> bytes:
    """Bytes that are no text, over and over: no dictionary keeps their copies one."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    cells = pyarrow.array([b"a" * 10_000] * 50_000, pyarrow.binary())
    sink = pyarrow.BufferOutputStream()
    table = pyarrow.table({"source": cells, "relation": cells, "target": cells})
    with parquet.ParquetWriter(sink, table.schema, compression="zstd") as writer:
        for _ in range(4):
            writer.write_table(table)
    return sink.getvalue().to_pybytes()


def dotted() -> bytes:
    """Columns whose names look like parts of nested ones."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    zeros = pyarrow.array(np.zeros(5_000_000, np.int64))
    sink = pyarrow.BufferOutputStream()
    table = pyarrow.table({"a.source": zeros, "a.relation": zeros, "a.target": zeros})
    with parquet.ParquetWriter(sink, table.schema, compression="zstd", write_statistics=False) as writer:
        for _ in range(10):
            writer.write_table(table)
    return sink.getvalue().to_pybytes()


# ------------------------------------------------------------------ tables, arrays and networks

#: what -> the data set that reads it, the name of the file, its content
HOSTILE: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "gzip bomb of facts": (GRAPH, "facts.tsv.gz", lambda: gzip_bomb(facts(200_000), 2000)),
    "gzip bomb of one line": (GRAPH, "facts.tsv.gz", lambda: gzip_bomb(bytes(b"a" * (1 << 20)), 4000)),
    "gzip bomb of a CSV": (GRAPH, "facts.csv.gz", lambda: gzip_bomb(b"a,r,b\n" * 200_000, 2000)),
    "gzip bomb of N-Triples": (GRAPH, "facts.nt.gz", lambda: gzip_bomb(b"<a> <r> <b> .\n" * 100_000, 2000)),
    "gzip bomb of a network": (GRAPH, "facts.graphml.gz", lambda: gzip_bomb(b"<node/>" * 200_000, 2000)),
    "gzip bomb of a Parquet": (GRAPH, "facts.parquet.gz", lambda: gzip_bomb(b"PAR1" * 300_000, 2000)),
    "gzip of zeros": (GRAPH, "facts.tsv.gz", lambda: gzip_bomb(bytes(1 << 20), 4000)),
    "Parquet of 4 10^7 rows": (GRAPH, "facts.parquet", lambda: parquet(2_000_000, 20)),
    "Parquet of 4 10^7 edges": (NETWORK, "edges.parquet", lambda: parquet(2_000_000, 20)),
    "Parquet of long pages": (NETWORK, "edges.parquet", long_page),
    "Parquet of repeated bytes": (GRAPH, "facts.parquet", repeated_bytes),
    "Parquet with points in names": (GRAPH, "facts.parquet", dotted),
    "Parquet with a column twice": (NETWORK, "edges.parquet", twice),
    "a cell without an end": (GRAPH, "facts.csv", lambda: b'a,r,"' + b"b" * 300_000),
    "a cell without an end in edges": (NETWORK, "edges.csv", lambda: b'a,"' + b"b" * 300_000),
    "UTF-16": (GRAPH, "facts.tsv", lambda: "a\tr\tb\n".encode("utf-16-le")),
    "null bytes": (NETWORK, "edges.tsv", lambda: b"a\tb\0\n"),
    "npz bomb": (NETWORK, "net.npz", lambda: npz({"edge_index.npy": npy(np.zeros((2, 20_000_000), np.int64))},
                                                  zipfile.ZIP_DEFLATED)),
    "npz bomb of bytes": (NETWORK, "net.npz", lambda: npz({"edge_index.npy": npy(np.zeros((2, 30_000_000), np.int8))},
                                                           zipfile.ZIP_DEFLATED)),
    "npz with a huge shape": (NETWORK, "net.npz", lambda: network(edge_index=npy(EDGES, shape=(2, 10**12)))),
    "npz with a negative shape": (NETWORK, "net.npz", lambda: network(edge_index=npy(EDGES, shape=(-2, 3)))),
    "npz with an array twice": (NETWORK, "net.npz", lambda: npz({"y.npy": npy(LABELS), "y.npy*": npy(LABELS)})),
    "npz of a number of nodes": (NETWORK, "net.npz", lambda: network(num_nodes=npy(np.array(10**12)))),
    "npz of a large node": (NETWORK, "net.npz", lambda: npz({"edge_index.npy": npy(EDGES * 10**11)})),
    "npz of a large matrix": (NETWORK, "net.npz", lambda: network(
        x_indptr=npy(np.zeros(4, np.int64)), x_indices=npy(np.zeros(0, np.int64)), x_shape=npy(np.array([3, 10**12])))),
    "npz in another compression": (NETWORK, "net.npz", lambda: npz({"y.npy": npy(LABELS)}, zipfile.ZIP_LZMA)),
    "npz of pictures": (PICTURES, "pictures.npz", lambda: npz({"images.npy": npy(np.zeros((5 * 10**7, 2, 2), np.uint8)),
                                                                "labels.npy": npy(np.zeros(5 * 10**7, np.uint8))},
                                                               zipfile.ZIP_DEFLATED)),
    "safetensors with a long header": (NETWORK, "net.safetensors", lambda: safetensors({}, size=1 << 40)),
    "safetensors with a header of 90 MB": (NETWORK, "net.safetensors", lambda: safetensors(
        b"{" + b",".join(b'"%07d":{"dtype":"I64","shape":[0],"data_offsets":[0,0]}' % i for i in range(1_500_000))
        + b"}")),
    "safetensors with a name twice": (NETWORK, "net.safetensors", lambda: safetensors(
        b'{"y":{"dtype":"I64","shape":[3],"data_offsets":[0,24]},'
        b'"y":{"dtype":"I64","shape":[3],"data_offsets":[0,24]}}',
        bytes(24))),
    "safetensors that overlap": (NETWORK, "net.safetensors", lambda: safetensors(
        {"edge_index": tensor([2, 3], 0, 48), "y": tensor([3], 24, 48)}, bytes(48))),
    "safetensors with a huge shape": (NETWORK, "net.safetensors", lambda: safetensors(
        {"edge_index": tensor([2, 10**12], 0, 48)}, bytes(48))),
    "safetensors beyond 64 bits": (NETWORK, "net.safetensors", lambda: safetensors(
        {"edge_index": tensor([2**63, 2**63, 0], 0, 0)})),
    "safetensors that are nested": (NETWORK, "net.safetensors", lambda: safetensors(b'{"a":' + b"[" * 100_000)),
    "GraphML of entities": (NETWORK, "net.graphml", lambda: laughs("graphml").encode()),
    "GEXF of entities": (NETWORK, "net.gexf", lambda: laughs("gexf").encode()),
    "GraphML of one long entity": (GRAPH, "facts.graphml", lambda: quadratic("graphml").encode()),
    "GraphML that names a file": (NETWORK, "net.graphml", lambda:
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><graphml>&e;</graphml>'),
    "GraphML that is deep": (NETWORK, "net.graphml", lambda: b"<graphml>" + b"<graph>" * 200_000),
    "JSON that is deep": (NETWORK, "net.json", lambda: b'{"nodes":' + b"[" * 1_000_000),
    "JSON with a long number": (NETWORK, "net.json", lambda: b'{"nodes":[],"links":[' + b"9" * 100_000 + b"]}"),
    "JSON with nodes twice": (NETWORK, "net.json", lambda:
        b'{"nodes":[{"id":1,"label":"a"}],"nodes":[],"links":[]}'),
    "GML that is deep": (GRAPH, "facts.gml", lambda: b"graph [ " + b"node [ " * 50_000),
}  # fmt: skip


def config_of(dataset: str, path: str) -> str:
    key = "facts" if dataset == GRAPH else "path"
    return f'strategy = ["scratch"]\n[target.dataset]\nuse = "{dataset}"\n{key} = "{path}"\n'


def run_of(folder: Path, text: str) -> Told:
    """`relxfer run` of a configuration; what lies beside its output is as before."""
    (folder / "run.toml").write_text(text)
    before = contents(folder, folder / "out")
    told = command("run", "run.toml", "--out", "out", "-q", folder=folder)
    assert contents(folder, folder / "out") == before
    assert not list((folder / "out").rglob("*.safetensors"))
    return told


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_table_or_network(what, tmp_path):
    dataset, name, make = HOSTILE[what]
    (tmp_path / name).write_bytes(make())
    refused(run_of(tmp_path, config_of(dataset, name)), name)


def test_what_is_no_plain_file_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.tsv")
    (tmp_path / "zeros.tsv").symlink_to("/dev/zero")
    for dataset in (GRAPH, NETWORK):
        refused(run_of(tmp_path, config_of(dataset, "pipe.tsv")), "pipe.tsv")
        refused(run_of(tmp_path, config_of(dataset, "zeros.tsv")), "/dev/zero")


@pytest.mark.parametrize(("dataset", "name"), [(GRAPH, "facts.tsv"), (NETWORK, "edges.tsv"), (PICTURES, "list.csv")])
def test_a_file_with_a_hole(tmp_path, dataset, name):
    with (tmp_path / name).open("wb") as stream:
        stream.write(b"file,label\n" if dataset == PICTURES else b"a\tr\tb\n")
        stream.truncate(50 << 30)
    refused(run_of(tmp_path, config_of(dataset, name)), name)


def test_an_honest_file_that_compresses_well_is_read(tmp_path):
    """30 MB of text in 1 MB: more than is free, and less than a hundred times its size."""
    from relxfer.store import bounded

    text = b"".join(
        b"http://example.org/entity/%07d\tr\thttp://example.org/entity/0000000\n" % i for i in range(400_000)
    )
    (tmp_path / "facts.tsv.gz").write_bytes(gzip.compress(text))
    size = (tmp_path / "facts.tsv.gz").stat().st_size
    assert bounded.SMALL < len(text) < bounded.most_unpacked(size)
    assert bounded.text(tmp_path / "facts.tsv.gz") == text.decode()


# ------------------------------------------------------------------ pictures

#: name -> content, which is refused
NO_PICTURES: dict[str, Callable[[], bytes]] = {
    "many-pixels.png": lambda: header_alone(1 << 30, 1 << 30),
    "bomb.png": lambda: png(20_000, 20_000),
    "long.png": lambda: png(80_000_000, 1),
    "tall.png": lambda: png(1, 100_000),
    "cut.png": lambda: png(300, 300)[:-30],
    "text.png": lambda: png(8, 8, (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(1 << 28), 9))),
    "program.png": lambda: (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\n0 0 8 8 rectfill showpage\n"
    ),
    "header.bmp": lambda: b"BM" + struct.pack("<IHHIIiiHH", 54, 0, 0, 54, 40, 1 << 30, 1 << 30, 1, 24) + bytes(24),
    "header.tga": lambda: struct.pack("<BBBHHBHHHHBB", 0, 0, 2, 0, 0, 0, 0, 0, 65535, 65535, 32, 0),
    "header.ppm": lambda: b"P6 60000 60000 255\n",
    "frames.tif": lambda: b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 65535) + bytes(12),
    "empty.jpg": bytes,
}


def pictures(folder: Path) -> Path:
    from PIL import Image

    for label in ("cat", "dog"):
        (folder / "pets" / label).mkdir(parents=True)
        for i in range(4):
            Image.new("RGB", (20, 10), (i, 0, 0)).save(folder / "pets" / label / f"{i}.png")
    return folder / "pets"


@pytest.mark.parametrize("name", NO_PICTURES)
def test_a_hostile_picture(name, tmp_path):
    (pictures(tmp_path) / "cat" / name).write_bytes(NO_PICTURES[name]())
    refused(run_of(tmp_path, config_of(PICTURES, "pets")), name)


def test_a_pipe_among_pictures(tmp_path):
    os.mkfifo(pictures(tmp_path) / "cat" / "pipe.png")
    refused(run_of(tmp_path, config_of(PICTURES, "pets")), "pipe.png")


def fitted(folder: Path, resize: str) -> Iterator[str]:
    """A model that learns one step from the pictures, at the size of ImageNet."""
    yield 'strategy = ["scratch"]\nthreads = 1\ntraining = { steps = 1, batch_size = 4, validations = 0 }\n'
    yield '[target]\nmodel = { use = "lenet", channels = 3, width = 2, size = 224 }\nlabel_budgets = [4, "all"]\n'
    yield f'adapter = {{ use = "images", size = 224, channels = 3, resize = "{resize}" }}\n'
    yield '[target.dataset]\nuse = "image-files"\npath = "pets"\n'


@pytest.mark.parametrize("resize", ["crop", "stretch"])
@pytest.mark.parametrize(("width", "height", "depth", "colour"), [(1, 60_000, 1, 0), (60_000, 1, 8, 2)])
def test_thin_pictures_are_small_when_they_are_used(tmp_path, resize, width, height, depth, colour):
    folder = pictures(tmp_path)
    for label in ("cat", "dog"):
        (folder / label / "thin.png").write_bytes(png(width, height, depth=depth, colour=colour))
    (tmp_path / "run.toml").write_text("".join(fitted(tmp_path, resize)))
    told = command("run", "run.toml", "--out", "out", "-q", folder=tmp_path)
    assert told.code == 0, told.words
    assert told.grown < MOST, f"{told.grown:.0f} MB"


@pytest.mark.parametrize(("colour", "channels"), [(2, 1), (6, 3)])
def test_a_picture_of_all_the_pixels_that_are_allowed(tmp_path, colour, channels):
    from relxfer_vision.pictures.geometry import Geometry
    from relxfer_vision.pictures.images import FileImages

    path = tmp_path / "large.png"
    path.write_bytes(png(9_400, 9_400, depth=8, colour=colour))

    def fit() -> int:
        [made] = FileImages.of([path], ["large"]).fitted(np.arange(1), Geometry(224, channels, "crop", 256))
        return int(made.shape != (256, 256, channels))

    told = measured(fit, tmp_path)
    assert told.code == 0, told.words
    assert told.grown < 750, f"{told.grown:.0f} MB"


# ------------------------------------------------------------------ checkpoints


def by_torch(content: object, method: int = zipfile.ZIP_STORED) -> bytes:
    import torch

    stream = io.BytesIO()
    torch.save(content, stream)
    if method == zipfile.ZIP_STORED:
        return stream.getvalue()
    packed = io.BytesIO()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(packed, "w", method, compresslevel=1) as target:
        for info in source.infolist():
            target.writestr(info.filename, source.read(info))
    return packed.getvalue()


def two_directories(content: object) -> bytes:
    """A compressed archive which says, to who reads the last directory and not the one it names, that it is not."""
    packed = by_torch(content, zipfile.ZIP_DEFLATED)
    end = packed[-22:]
    size, start = struct.unpack("<II", end[12:20])
    directory = packed[start : start + size]
    stored = re.sub(rb"(PK\x01\x02.{6})\x08\x00", lambda head: head[1] + b"\0\0", directory, flags=re.DOTALL)
    return packed[:start] + directory + stored + end


class Zeros:
    """Pickled as a call that torch allows, of as many bytes as somebody likes."""

    def __reduce__(self) -> tuple:
        return bytearray, (4 << 30,)


def one_of(size: int, *names: str) -> dict:
    """One value, shown as if it were a matrix."""
    import torch

    return {name: torch.zeros(1).expand(size, 2 * size) for name in names}


ANCHOR = "entity_model.layers.0.linear.weight"
CHECKPOINTS: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "one value shown 10^9 times": (GRAPH, "weights.pth", lambda: by_torch({"model": one_of(30_000, ANCHOR)})),
    "a head of 10^9 values": (PICTURES, "weights.pth", lambda: by_torch(one_of(30_000, "fc.weight"))),
    "compressed tensors": (GRAPH, "weights.pth", lambda: by_torch(
        {"model": {ANCHOR: _zeros(1 << 28)}}, zipfile.ZIP_DEFLATED)),
    "an archive with two directories": (GRAPH, "weights.pth", lambda: two_directories(
        {"model": {ANCHOR: _zeros(1 << 30)}})),
    "bytes out of nothing": (GRAPH, "weights.pth", lambda: by_torch({"model": {ANCHOR: _zeros(2)}, "more": Zeros()})),
    "bytes beside a head": (PICTURES, "weights.pth", lambda: by_torch({"fc.weight": _zeros(2), "more": Zeros()})),
    "a long header": (GRAPH, "weights.safetensors", lambda: safetensors({}, size=1 << 40)),
    "a card that is deep": (GRAPH, "weights.safetensors", lambda: safetensors(
        {"__metadata__": {"relxfer": "[" * 200_000}, "x": tensor([1], 0, 8)}, bytes(8))),
    "a name twice": (PICTURES, "weights.safetensors", lambda: safetensors(
        b'{"fc.weight":{"dtype":"I64","shape":[3],"data_offsets":[0,24]},'
        b'"fc.weight":{"dtype":"I64","shape":[3],"data_offsets":[0,24]}}', bytes(24))),
}  # fmt: skip


def _zeros(size: int):
    import torch

    return torch.zeros(size, dtype=torch.uint8)


@pytest.mark.parametrize("what", CHECKPOINTS)
def test_a_hostile_checkpoint(what, tmp_path):
    dataset, name, make = CHECKPOINTS[what]
    (tmp_path / name).write_bytes(make())
    model = "ultra" if dataset == GRAPH else "resnet18"
    source = f'source = {{ model = "{model}", checkpoint = "{name}" }}\n'
    if dataset == GRAPH:
        (tmp_path / "facts.tsv").write_text("".join(f"e{i}\tr\te{(i + 1) % 9}\n" for i in range(9)))
    else:
        pictures(tmp_path)
    place = "facts.tsv" if dataset == GRAPH else "pets"
    text = config_of(dataset, place).replace('"scratch"', '"zero-shot"')
    refused(run_of(tmp_path, source + text), name)


# ------------------------------------------------------------------ run directories

RUNS: dict[str, Callable[[], bytes]] = {
    "deep": lambda: b'{"cells":' + b"[" * 1_000_000,
    "very many tables": lambda: b'{"cells":[' + b"{}," * 20_000_000 + b"{}]}",
    "long": lambda: b'{"cells":"' + b"a" * (200 << 20) + b'"}',
    "a long number": lambda: b'{"cells":' + b"9" * 1_000_000 + b"}",
    "no table": lambda: b"[1, 2]",
    "other bytes": lambda: b"\xff" * 1000,
}


@pytest.mark.parametrize("what", RUNS)
def test_a_hostile_run_folder(what, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "provenance.json").write_bytes(b"{}")
    (tmp_path / "run" / "results.json").write_bytes(RUNS[what]())
    told = command("report", "run", folder=tmp_path)
    assert told.code in (1, 2, 3)
    assert "Traceback" not in told.words, told.words
    assert "expected JSON" in told.words
    assert told.grown < MOST, f"{told.grown:.0f} MB"


def test_a_run_folder_with_a_hole_and_a_device(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "provenance.json").write_bytes(b"{}")
    with (tmp_path / "run" / "results.json").open("wb") as stream:
        stream.truncate(50 << 30)
    told = command("report", "run", folder=tmp_path)
    assert told.code == 1
    assert told.grown < MOST
    (tmp_path / "run" / "results.json").unlink()
    (tmp_path / "run" / "results.json").symlink_to("/dev/zero")
    told = command("report", "run", folder=tmp_path)
    assert told.code == 2
    assert told.grown < MOST


def test_lines_of_a_trace_that_are_deep_are_left_out(tmp_path):
    from relxfer.store import files

    (tmp_path / "trace.jsonl").write_bytes(b"[" * 200_000 + b'\n{"step": 1}\n')
    assert files.read_lines(tmp_path / "trace.jsonl") == [{"step": 1}]
