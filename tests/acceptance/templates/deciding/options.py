from pydantic import BaseModel

from relxfer.contract.options import Options, UserFile, UserFolder


class Entry(BaseModel):
    path: UserFile


class Points(Options):
    labels: UserFile


class Adapter(Options):
    lexicon: UserFolder | None = None


class Table(Options):
    factor: float = 1.0
    table: UserFile | None = None
    tables: tuple[Entry, ...] = ()
