"""Readers of text files, as a plugin: each says how certain it is, or that it does not understand."""

from __future__ import annotations

from relxfer import BadRows, DataError, NotMine, Reader, hookimpl
from relxfer.contract.options import Options, UserFile
from relxfer.errors import BadRow

relxfer_api_version = 2


class TextOptions(Options):
    path: UserFile


class Found:
    def __init__(self, path, told):
        self.path = path

    def dataset_table(self):
        return {"path": self.path}

    def sentences(self):
        return [f"{type(self).__name__} of {self.path.name}"]


class Sure(Found):
    certain = True


def refuses(path, told):
    raise DataError(f"{path.name}: expected verses")


def refuses_by_path(path, told):
    raise DataError(f"{path.resolve()}: expected verses")


def passes(path, told):
    raise NotMine(f"{path.name}: expected hymns")


def counts(path, told):
    raise BadRows("verses", [BadRow(path.name, 7, "expected a verse")], 1)


def breaks(path, told):
    return {}[path.name]


def returns_nothing(path, told):
    return None


def load(options):
    raise DataError("nothing is run here")


def reader(name: str, inspect: str | None) -> Reader:
    where = f"{__name__}:{inspect}" if inspect else None
    return Reader(
        name=name, load=f"{__name__}:load", options=f"{__name__}:TextOptions", content="network", inspect=where
    )


def plugin(**readers: str | None):
    """A plugin with these readers: name -> how it inspects."""

    class Made:
        @hookimpl
        def relxfer_readers(self):
            return [reader(name, inspect) for name, inspect in readers.items()]

    return Made()
