"""The data set `network-files`: the user's own network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from relxfer.contract.data import Domain
from relxfer_social.files.user_domain import user_domain
from relxfer_social.options import NetworkFiles


def load(options: NetworkFiles, files: Mapping[str, Path]) -> Domain:
    """The domain of the user's network; `files` is empty, since the paths are options.

    Raises:
        DataError: files or labels cannot be used; the message names file and line, node or array.
    """
    return user_domain(options)
