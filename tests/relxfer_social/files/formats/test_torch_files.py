"""Files of torch.save: `Data` is read, and nothing is executed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch_geometric.data import Data

X = torch.tensor([[0.5, 1.0], [2.0, 3.0], [4.0, 5.5], [6.0, 7.0]])


def data(**more) -> Data:
    edges = torch.tensor([[0, 1, 2, 3], [1, 2, 3, 0]])
    return Data(x=X, edge_index=edges, y=torch.tensor([0, 1, 0, 1]), **more)


class Code:
    def __reduce__(self):
        return print, ("executed",)


def test_data_and_tables_of_tensors(loaded, tmp_path):
    from safetensors.torch import save_file

    torch.save(data(), tmp_path / "a.pt")
    torch.save({"edge_index": data().edge_index, "x": X, "y": data().y}, tmp_path / "b.pt")
    torch.save((data().to_dict(), None, Data), tmp_path / "c.pt")
    save_file({"edge_index": data().edge_index, "x": X, "y": data().y}, tmp_path / "d.safetensors")
    made = [loaded(path=tmp_path / name) for name in ("a.pt", "b.pt", "c.pt", "d.safetensors")]
    assert {domain.sha for domain in made} == {made[0].sha}
    assert {domain.test is None or domain.test.digest() for domain in made}.__len__() == 1
    assert made[0].task.answers == ("0", "1")
    assert made[0].inputs.numbers == (0, 1)


def test_a_table_in_a_table_of_tensors_is_passed_over(loaded, tmp_path):
    torch.save({"edge_index": data().edge_index, "x": X, "y": data().y, "about": {"year": 1}}, tmp_path / "a.pt")
    assert len(loaded(path=tmp_path / "a.pt").inputs) == 4


def test_one_of_several_splits(loaded, tmp_path):
    masks = torch.tensor([[1, 0], [0, 1], [1, 1], [0, 0]]).bool()
    torch.save(data(train_mask=masks, test_mask=~masks, edge_attr=torch.ones(4, 1)), tmp_path / "a.pt")
    first, second = (loaded(path=tmp_path / "a.pt", split_seed=number) for number in (0, 1))
    assert (first.train.queries.tolist(), second.train.queries.tolist()) == ([0, 2], [1, 2])
    assert "weights of edges: edge_attr" in first.notes
    assert first.inputs.weights is None, "all are 1"


@pytest.mark.parametrize("content", [[data(), data()], Code(), "text", (data().to_dict(), {"x": [0, 2, 4]}, Data)])
def test_other_objects_are_refused_in_a_sentence(fails, tmp_path, capsys, content):
    torch.save(content, tmp_path / "a.pt")
    told = fails(path=tmp_path / "a.pt")
    assert "a.pt: expected a torch_geometric Data of one graph" in told
    assert "executed" not in capsys.readouterr().out
    (tmp_path / "b.pt").write_bytes(np.random.default_rng(0).bytes(300))
    assert "b.pt: expected a torch_geometric Data" in fails(path=tmp_path / "b.pt")
