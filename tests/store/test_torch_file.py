"""Files of torch.save: tensors and plain values, of no more bytes than the file has."""

from __future__ import annotations

import zipfile

import pytest
import torch

from relxfer.store import torch_file


@pytest.mark.parametrize("zipped", [True, False])
def test_tensors_and_plain_values_come_back(tmp_path, zipped):
    given = {"w": torch.arange(6.0).reshape(2, 3), "epoch": 3, "names": ["a"]}
    torch.save(given, tmp_path / "a.pt", _use_new_zipfile_serialization=zipped)
    found = torch_file.load(tmp_path / "a.pt")
    assert torch.equal(found.pop("w"), given.pop("w"))
    assert found == given


def test_a_compressed_archive_is_refused(tmp_path):
    torch.save(torch.zeros(10), tmp_path / "a.pt")
    with zipfile.ZipFile(tmp_path / "a.pt") as plain, zipfile.ZipFile(tmp_path / "b.pt", "w") as packed:
        for name in plain.namelist():
            packed.writestr(name, plain.read(name), zipfile.ZIP_DEFLATED)
    with pytest.raises(ValueError, match="compressed"):
        torch_file.load(tmp_path / "b.pt")


@pytest.mark.parametrize("where", ["before", "behind"])
def test_an_archive_with_other_bytes_around_it_is_refused(tmp_path, where):
    path = tmp_path / "a.pt"
    torch.save(torch.zeros(10), path)
    if where == "before":
        path.write_bytes(b"more" + path.read_bytes())
    else:
        with zipfile.ZipFile(path, "a") as archive:
            archive.comment = b"more"
    with pytest.raises(ValueError, match="an archive with other bytes"):
        torch_file.load(path)


def test_what_makes_bytes_out_of_nothing_is_refused(tmp_path):
    torch.save({"x": bytearray(10)}, tmp_path / "a.pt")
    with pytest.raises(ValueError, match="more than tensors"):
        torch_file.load(tmp_path / "a.pt")


def test_tensors_of_more_values_than_the_file_has_bytes_are_refused(tmp_path):
    path = tmp_path / "a.pt"
    tensors = [torch.zeros(100), torch.zeros(100)]
    torch.save(tensors, path)
    torch_file.check_sizes(path, torch_file.load(path))
    torch_file.check_sizes(path, [torch.zeros(2).to_sparse()])
    with pytest.raises(ValueError, match=r"1,000,000 values in 4 bytes"):
        torch_file.check_sizes(path, [torch.zeros(1).expand(1_000_000)])
    with pytest.raises(ValueError, match=r"tensors of 8,000 bytes in a file of"):
        torch_file.check_sizes(path, [torch.zeros(1000), torch.zeros(1000)])


def test_a_tensor_that_two_names_share_counts_once(tmp_path):
    path = tmp_path / "a.pt"
    shared = torch.zeros(1000)
    torch.save([shared], path)
    torch_file.check_sizes(path, [shared, shared, shared[:10]])
