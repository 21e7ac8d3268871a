"""A checkpoint is data: whatever pickle stands in one, nothing of it is executed, and the message names the key.

Every payload makes a file when it is loaded by the means it is made for; `test_payloads_bite` shows that it does.
"""

from __future__ import annotations

import ast
import bz2
import contextlib
import gzip
import io
import json
import lzma
import os
import pickle
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import relxfer
from relxfer.cli import main

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pickle", "ignore:.*TypedStorage.*:UserWarning")


class Calls:
    """Pickled as a call of `function` with `arguments`."""

    def __init__(self, function: Callable, *arguments: Any):
        self.call = function, arguments

    def __reduce__(self) -> tuple:
        return self.call


def touch(mark: Path) -> Calls:
    return Calls(os.system, f"touch {mark}")


class Persistent(pickle.Pickler):
    """Puts what it pickles behind a persistent id that holds the payload."""

    def persistent_id(self, obj: Any) -> Any:
        return ("storage", obj.payload) if isinstance(obj, Behind) else None


class Behind:
    def __init__(self, payload: Any):
        self.payload = payload


def persistent(mark: Path) -> bytes:
    stream = io.BytesIO()
    Persistent(stream, 2).dump({"model": Behind(touch(mark))})
    return stream.getvalue()


class SetsState:
    """Its state is set by a call (BUILD, or the sixth member of a reduction)."""

    def __init__(self, mark: Path):
        self.mark = str(mark)

    def __reduce__(self) -> tuple:
        return OrderedDict, (), {"x": 1}, None, iter([("model", touch(Path(self.mark)))])


def by_torch(content: Any, zipped: bool = True) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream, _use_new_zipfile_serialization=zipped)
    return stream.getvalue()


def state(**more: Any) -> dict[str, Any]:
    return {"model": {"entity_model.mlp.2.bias": torch.zeros(1), **more}}


def archive(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return stream.getvalue()


def tar(mark: Path) -> bytes:
    """The oldest format of torch: a tar with a pickle."""
    stream = io.BytesIO()
    parts = {"sys_info": {}, "storages": touch(mark), "tensors": 0, "pickle": {}}
    with tarfile.open(fileobj=stream, mode="w") as file:
        for name, content in parts.items():
            data = pickle.dumps(content, 2)
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def objects(mark: Path, save: Callable) -> bytes:
    stream, array = io.BytesIO(), np.empty(1, object)
    array[0] = touch(mark)
    save(stream, array)
    return stream.getvalue()


def nested(mark: Path) -> Any:
    made: Any = touch(mark)
    for _ in range(50):
        made = [{"a": (made,)}]
    return made


def hooks(mark: Path) -> dict[str, Any]:
    """A call of a function that torch allows, with an argument that it does not."""
    rebuild = Calls(torch._utils._rebuild_parameter, torch.zeros(1), False, OrderedDict(hook=touch(mark)))
    return state(x=rebuild)


def stack_global(mark: Path) -> bytes:
    command = b"touch " + bytes(mark)
    return b"\x80\x04\x8c\x02os\x8c\x06system\x93X" + len(command).to_bytes(4, "little") + command + b"\x85R."


by_pickle = pickle.loads


def unsafely(data: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:  # the tar format is read from a file alone
        file.write(data)
        file.flush()
        torch.load(file.name, weights_only=False)


def by_numpy(data: bytes) -> None:
    found = np.load(io.BytesIO(data), allow_pickle=True)
    if not isinstance(found, np.ndarray):
        with found:
            list(found.values())


#: name of the file -> what it holds, for the file that it would make, and how it would be loaded without care
PAYLOADS: dict[str, tuple[Callable[[Path], bytes], Callable[[bytes], Any]]] = {
    "protocol-0.pkl": (lambda m: pickle.dumps(touch(m), 0), by_pickle),
    "protocol-2.bin": (lambda m: pickle.dumps(touch(m), 2), by_pickle),
    "protocol-5.pth": (lambda m: pickle.dumps(touch(m), 5), by_pickle),
    "eval.pt": (lambda m: pickle.dumps(Calls(eval, f"open({str(m)!r}, 'w').close()")), by_pickle),
    "exec.ckpt": (lambda m: pickle.dumps(Calls(exec, f"open({str(m)!r}, 'w').close()")), by_pickle),
    "path.pth": (lambda m: pickle.dumps({"model": Calls(Path.touch, m)}), by_pickle),
    "nested.pth": (lambda m: pickle.dumps(nested(m)), by_pickle),
    "state.pth": (lambda m: pickle.dumps(SetsState(m)), by_pickle),
    "global.pth": (lambda m: b"cos\nsystem\n(S'touch %s'\ntR." % bytes(m), by_pickle),
    "inst.pth": (lambda m: b"(S'touch %s'\nios\nsystem\n." % bytes(m), by_pickle),
    "obj.pth": (lambda m: b"(cos\nsystem\nS'touch %s'\no." % bytes(m), by_pickle),
    "stack-global.pth": (stack_global, by_pickle),
    "two.pth": (lambda m: pickle.dumps(1) + pickle.dumps(touch(m)), lambda d: by_pickle(d[len(pickle.dumps(1)):])),
    "cut.pth": (lambda m: pickle.dumps([touch(m), "x" * 100], 2)[:-50], by_pickle),
    "persistent.pth": (persistent, by_pickle),
    "zip.pth": (lambda m: by_torch(touch(m)), unsafely),
    "zip-model.pt": (lambda m: by_torch({"model": touch(m)}), unsafely),
    "one-of-many.pth": (lambda m: by_torch(state(**{"entity_model.mlp.2.weight": touch(m)})), unsafely),
    "beside.ckpt": (lambda m: by_torch({**state(), "hyper_parameters": touch(m)}), unsafely),
    "hooks.pth": (lambda m: by_torch(hooks(m)), unsafely),
    "legacy.pth": (lambda m: by_torch(touch(m), zipped=False), unsafely),
    "legacy-model.pt": (lambda m: by_torch({**state(), "epoch": touch(m)}, zipped=False), unsafely),
    "tar.pth": (tar, unsafely),
    "own-zip.pth": (lambda m: archive({"a/data.pkl": pickle.dumps(touch(m), 2), "a/version": b"3\n",
                                       "a/byteorder": b"little"}), unsafely),
    "objects.npy": (lambda m: objects(m, np.save), by_numpy),
    "objects.npz": (lambda m: objects(m, np.savez), by_numpy),
    "joblib.joblib": (lambda m: zlib.compress(pickle.dumps(touch(m))), lambda d: by_pickle(zlib.decompress(d))),
    "gzip.pth.gz": (lambda m: gzip.compress(pickle.dumps(touch(m))), lambda d: by_pickle(gzip.decompress(d))),
    "bz2.pth": (lambda m: bz2.compress(pickle.dumps(touch(m))), lambda d: by_pickle(bz2.decompress(d))),
    "lzma.pth": (lambda m: lzma.compress(pickle.dumps(touch(m))), lambda d: by_pickle(lzma.decompress(d))),
    "header.safetensors": (lambda m: (2).to_bytes(8, "little") + b"{}" + pickle.dumps(touch(m)),
                           lambda d: by_pickle(d[10:])),
}  # fmt: skip


@pytest.fixture
def mark(tmp_path) -> Path:
    return tmp_path / "executed"


@pytest.mark.parametrize("name", PAYLOADS)
def test_payloads_bite(mark, name):
    make, load = PAYLOADS[name]
    with contextlib.suppress(Exception):  # after the call, most are nonsense
        load(make(mark))
    assert mark.exists()


TARGET = """
strategy = ["zero-shot"]
[report]
baselines = false
[target.dataset]
use = "kg-files"
facts = [["a", "r", "b"], ["b", "r", "c"], ["c", "r", "d"], ["d", "r", "e"], ["e", "r", "a"]]
test_fraction = 0.4
"""


def refused(folder: Path, source: str, key: str, mark: Path, capsys: pytest.CaptureFixture) -> str:
    """What is said of a source that is no model; nothing is executed, nothing is trained."""
    config = folder / "run.toml"
    config.write_text(f"source = {{ {source} }}\n{TARGET}")
    capsys.readouterr()
    code = main(["run", str(config), "--out", str(folder / "out"), "-q"])
    shown = capsys.readouterr().err
    assert not mark.exists()
    assert code == 2, shown
    assert "Traceback" not in shown
    assert f"{config}: source[0].{key}: " in shown
    assert not list((folder / "out").rglob("*.safetensors"))
    return " ".join(shown.split())


@pytest.mark.parametrize("name", PAYLOADS)
def test_no_payload_is_executed(tmp_path, mark, capsys, name):
    """Under its own name, and under those that a reader opens."""
    data = PAYLOADS[name][0](mark)
    for called in (name, "weights.pth", "weights.safetensors"):
        (tmp_path / called).write_bytes(data)
        shown = refused(tmp_path, f'checkpoint = "{called}"', "checkpoint", mark, capsys)
        assert "expected" in shown
        assert called in shown


def test_a_link_to_a_payload(tmp_path, mark, capsys):
    (tmp_path / "evil.pkl").write_bytes(pickle.dumps(touch(mark)))
    (tmp_path / "weights.pth").symlink_to(tmp_path / "evil.pkl")
    refused(tmp_path, 'checkpoint = "weights.pth"', "checkpoint", mark, capsys)


def test_a_module_is_no_state_dict(tmp_path, mark, capsys):
    torch.save(torch.nn.Linear(2, 2), tmp_path / "weights.pth")
    refused(tmp_path, 'checkpoint = "weights.pth"', "checkpoint", mark, capsys)


@pytest.mark.parametrize(
    "tensors",
    [
        {"x": torch.nn.Parameter(torch.zeros(2))},
        {"x": torch.zeros(2, dtype=torch.bfloat16)},
        {"x": torch.eye(2).to_sparse()},
        {3: torch.zeros(2), "entity_model.layers.0.linear.weight": torch.zeros(2, 4)},
    ],
    ids=["parameter", "bfloat16", "sparse", "number-as-name"],
)
def test_tensors_that_are_not_weights(tmp_path, mark, capsys, tensors):
    torch.save({"model": tensors}, tmp_path / "weights.pth")
    assert "expected" in refused(tmp_path, 'checkpoint = "weights.pth"', "checkpoint", mark, capsys)


@pytest.mark.parametrize(
    "card",
    [
        {"relxfer": 1},
        {"relxfer": 1, "model": "os:system", "tasks": [], "card": {}},
        {"relxfer": 1, "model": {"use": "os:system"}, "tasks": [], "card": {}},
        {"relxfer": 1, "model": {"use": "ultra", "dim": "x"}, "tasks": [], "card": {}},
        {"relxfer": 1, "model": {"use": "ultra"}, "tasks": 3, "card": {}},
    ],
)
def test_cards_that_no_model_wrote(tmp_path, mark, capsys, card):
    from safetensors.numpy import save_file

    save_file({"x": np.zeros(1)}, tmp_path / "weights.safetensors", {"card": json.dumps(card)})
    refused(tmp_path, 'checkpoint = "weights.safetensors"', "checkpoint", mark, capsys)


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    small = {"use": "ultra", "dim": 4, "relation_layers": 1, "entity_layers": 1}
    config = {
        "source": {"datasets": ["geo-us"], "model": small, "training": {"steps": 1, "validations": 0}, "shared": True},
        "target": {"dataset": "geo-us", "model": small},
        "strategy": [{"use": "zero-shot"}],
        "report": {"baselines": False},
    }
    return relxfer.run(config, tmp_path_factory.mktemp("finished") / "run").folder


def test_a_run_whose_model_is_a_payload(finished, tmp_path, mark, capsys):
    shutil.copytree(finished, tmp_path / "run")
    for model in (tmp_path / "run").rglob("*.safetensors"):
        model.write_bytes(pickle.dumps(touch(mark)))
    refused(tmp_path, 'run = "run"', "run", mark, capsys)


# ------------------------------------------------------------------ the source tree

#: Modules that execute what they read.
FORBIDDEN = {"pickle", "cPickle", "_pickle", "shelve", "marshal", "joblib", "dill", "cloudpickle"}
#: These pass bytes through the pipe between a run and the worker processes that it started itself: jobs, plugins of the
#: run's process, and results. The bytes are never in a file, so only `dumps` and `loads` are allowed.
BETWEEN_PROCESSES = {
    "relxfer/execute/jobs/job.py",
    "relxfer/execute/workers/doing.py",
    "relxfer/execute/workers/process.py",
    "relxfer/execute/workers/serve.py",
    "relxfer/plugins/carried.py",
    "plugins/relxfer_clusters/joblib_tasks.py",
    "plugins/relxfer_clusters/ray_actors.py",
    "plugins/relxfer_clusters/slurm_arrays.py",  # by files of the user's own, in a folder of this run alone
}


def offences(tree: ast.AST) -> Iterator[str]:
    """Every way in which a module could load a pickle."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            named = [module, *(f"{module}.{alias.name}".strip(".") for alias in node.names)]
            if FORBIDDEN & {name.partition(".")[0] for name in named} or {"torch.load", "numpy.load"} & set(named):
                yield f"line {node.lineno}: import of {named}"
        suspect = isinstance(node, ast.Attribute) and node.attr in ("read_pickle", "jit", "hub", "package")
        if suspect and ast.unparse(node) != "triton.jit":  # that compiles a function, and reads nothing
            yield f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            if called == "torch.load" and keywords.get("weights_only") != "True":
                yield f"line {node.lineno}: torch.load without weights_only=True"
            if keywords.get("allow_pickle", "False") != "False" or keywords.get("weights_only", "True") != "True":
                yield f"line {node.lineno}: {ast.unparse(node)}"


def test_the_source_tree_loads_no_pickle(root):
    files = [path for part in ("relxfer", "plugins", "examples", "scripts") for path in (root / part).rglob("*.py")]
    assert len(files) > 80
    trees = {path.relative_to(root).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in files}
    found = {path: list(offences(tree)) for path, tree in trees.items()}
    assert {path for path, lines in found.items() if lines} == BETWEEN_PROCESSES, found
    for path in BETWEEN_PROCESSES:
        told = [line.partition(": ")[2] for line in found[path] if "joblib.externals" not in line]
        assert [line for line in told if "'joblib'" not in line] == ["import of ['', 'pickle']"], path
        used = {ast.unparse(node) for node in ast.walk(trees[path]) if isinstance(node, ast.Attribute)}
        assert {name for name in used if name.startswith("pickle.")} <= {"pickle.dumps", "pickle.loads"}, path


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "from torch import load",
        "import torch\ntorch.load(x)",
        "torch.load(x, weights_only=False)",
        "torch.load(x, weights_only=flag)",
        "np.load(x, allow_pickle=True)",
        "numpy.load(x, allow_pickle=flag)",
        "pandas.read_pickle(x)",
        "torch.jit.load(x)",
    ],
)
def test_an_offence_would_be_found(source):
    assert list(offences(ast.parse(source)))
