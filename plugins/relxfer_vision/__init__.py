"""Pictures: data, convolutional networks, and the adapter for their classification."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Dataset, Reader, SourceModel, TargetAdapter
from relxfer.data import cards
from relxfer_vision import architectures, libraries

relxfer_api_version = 2


@hookimpl
def relxfer_datasets() -> Iterable[Dataset]:
    return cards.read("relxfer_vision.data", "cards.toml")


@hookimpl
def relxfer_readers() -> Iterable[Reader]:
    return [
        Reader(
            name="image-files",
            load="relxfer_vision.data.user_files:load",
            options="relxfer_vision.options:ImageFiles",
            content="pictures",
            inspect="relxfer_vision.files.inspection:inspect",
            summary="your own pictures: a folder for each class, a table of files and labels, or .npz",
        )
    ]


@hookimpl
def relxfer_source_models() -> Iterable[SourceModel]:
    return architectures.MODELS + libraries.MODELS


@hookimpl
def relxfer_target_adapters() -> Iterable[TargetAdapter]:
    return [
        TargetAdapter(
            name="images",
            load="relxfer_vision.adapter:ImageAdapter",
            options="relxfer_vision.options:ImageOptions",
            reads=("pictures",),
            priors=("majority-class",),
            model="lenet",
            large_blocks="kept",
            summary="classification of pictures",
        )
    ]
