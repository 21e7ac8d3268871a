"""Files of weights are read safely, and their arrays checked one by one."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from relxfer_kg.weight_files import card, check, depth, read_tensors, shipped, some

from relxfer.errors import ArtefactError


@pytest.fixture
def arrays():
    rng = np.random.default_rng(0)
    return {f"net.layers.{i}.weight": rng.standard_normal((20, 20)).astype(np.float32) for i in range(3)}


@pytest.mark.parametrize(("name", "metadata"), [("m.safetensors", {"licence": "MIT"}), ("m.pth", {})])
def test_what_was_written_is_read(arrays, written, name, metadata):
    read, said = read_tensors(written(arrays, name))
    assert said == metadata
    assert read.keys() == arrays.keys()
    assert all(np.array_equal(read[key], arrays[key]) for key in arrays)


def test_a_card_counts_and_hashes(arrays, written):
    path = written(arrays)
    made = card(path, arrays, {"licence": "MIT"})
    assert (made["parameters"], made["metadata"], len(made["sha256"])) == (1200, {"licence": "MIT"}, 64)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda a: a.pop("net.layers.1.weight"),
            "3 parameters of a net, got .* lacks net.layers.1.weight and adds",
        ),
        (lambda a: a.update(extra=np.zeros(1, np.float32)), "lacks nothing and adds extra"),
        (lambda a: a.update({"net.layers.1.weight": np.zeros(2, np.float32)}), r"\[20, 20\], got float32 \[2\]"),
        (lambda a: a.update({"net.layers.1.weight": np.zeros((20, 20))}), r"\[20, 20\], got float64"),
        (lambda a: a["net.layers.1.weight"].fill(np.inf), "finite numbers in net.layers.1.weight"),
    ],
)
def test_other_arrays_are_refused(arrays, spoil, message):
    shapes = {key: value.shape for key, value in arrays.items()}
    check(Path("m"), arrays, shapes, "a net")
    spoil(arrays)
    with pytest.raises(ArtefactError, match=message):
        check(Path("m"), arrays, shapes, "a net")


def test_layers_are_counted_under_their_own_name(arrays):
    assert depth(arrays, "net.layers") == 3
    assert depth(arrays, "et.layers") == 0
    assert depth({"net_layers.7.weight": 0}, "net.layers") == 0


def test_many_names_are_cut_short():
    assert some("dcba") == "a, b, c, d"
    assert some("edcba") == "a, b, c, d, ... (5 in all)"
    assert some([]) == "nothing"


def test_absent_and_unknown_files_are_refused(tmp_path):
    with pytest.raises(ArtefactError, match="no such file"):
        read_tensors(tmp_path / "absent.safetensors")
    other = tmp_path / "model.onnx"
    other.write_bytes(b"")
    with pytest.raises(ArtefactError, match=r"\.safetensors or \.pth, got '.onnx'"):
        read_tensors(other)


@pytest.mark.parametrize("name", ["m.safetensors", "m.pth"])
@pytest.mark.parametrize("length", [0, 5, 2000])
def test_truncated_files_are_refused(arrays, written, name, length):
    path = written(arrays, name)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ArtefactError, match="download it again"):
        read_tensors(path)


def test_nothing_in_a_file_is_executed(tmp_path):
    mark = tmp_path / "executed"

    class Evil:
        def __reduce__(self):
            return Path.touch, (mark,)

    for save in (torch.save, lambda content, path: path.write_bytes(pickle.dumps(content))):
        path = tmp_path / "evil.pth"
        save({"model": Evil()}, path)
        with pytest.raises(ArtefactError, match="tensors only") as told:
            read_tensors(path)
        assert "weights_only" not in str(told.value)  # torch tells how to execute it
    assert not mark.exists()


@pytest.mark.parametrize("content", [{"weights": {}}, {"model": 3}, [1, 2]])
def test_a_pth_without_a_state_dict_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "m.pth")
    with pytest.raises(ArtefactError, match="state dict under the key 'model'"):
        read_tensors(tmp_path / "m.pth")


def test_torch_too_old_to_read_safely_is_refused(arrays, written, monkeypatch):
    path = written(arrays, "m.pth")
    monkeypatch.setattr(torch, "__version__", "2.5.1+cpu")
    with pytest.raises(ArtefactError, match=r"torch >= 2.6 .* got torch 2.5.1\+cpu; upgrade torch"):
        read_tensors(path)
    monkeypatch.setattr(torch, "__version__", "2.10.0")
    assert read_tensors(path)[0].keys() == arrays.keys()


def test_a_file_that_the_installation_lacks_is_told():
    assert shipped("relxfer_kg", "weight_files.py").is_file()
    with pytest.raises(ArtefactError, match="comes with relxfer, got no such file; install relxfer again"):
        shipped("relxfer_kg", "no.safetensors")
