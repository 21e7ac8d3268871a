"""Every kind of built-in data set keeps the contract: those that are made here or come with relxfer."""

from __future__ import annotations

from relxfer.testing import DatasetContract, blobs


class TestBlobs(DatasetContract):
    dataset, plugins = "blobs-target", (blobs,)
    others = ({"train": 30}, {"shuffle_test": 1})


class TestDigits(DatasetContract):
    dataset = "digits"


class TestBlocks(DatasetContract):
    dataset = "blocks"
    options = {"nodes": 80, "width": 6}
    others = ({"nodes": 80, "width": 6, "seed": 1}, {"nodes": 80, "width": 6, "mean_degree": 4.0})


class TestLinks(DatasetContract):
    dataset = "blocks"
    options = {"nodes": 80, "width": 6, "task": "links"}


class TestGeoUS(DatasetContract):
    dataset = "geo-us"


class TestGeoWorld(DatasetContract):
    dataset = "geo-world"
