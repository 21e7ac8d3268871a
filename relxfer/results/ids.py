"""Ids under which a run keeps cells, sources and evaluations, checked where results are read."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

from relxfer.contract.messages import shown


def _id(value: str) -> str:
    if value == "" or (isinstance(value, str) and re.fullmatch(r"[0-9a-f]{16}", value)):
        return value
    raise ValueError(f"expected an id of 16 digits from 0 to f, got {shown(value)}")


#: The first digits of a fingerprint, under which a run keeps a cell, a source or an evaluation; "" where there is none.
Id = Annotated[str, BeforeValidator(_id)]
