"""The reader `network-files`: the user's own network."""

from __future__ import annotations

from relxfer.contract.data import Domain
from relxfer_social.files.user_domain import user_domain
from relxfer_social.options import NetworkFiles


def load(options: NetworkFiles) -> Domain:
    """The domain of the user's network.

    Raises:
        DataError: files or labels cannot be used; the message names file and line, node or array.
    """
    return user_domain(options)
