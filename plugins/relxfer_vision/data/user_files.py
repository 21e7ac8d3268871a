"""The reader `image-files`: the user's own pictures."""

from __future__ import annotations

from relxfer.contract.data import Domain
from relxfer_vision.files.user_domain import user_domain
from relxfer_vision.options import ImageFiles


def load(options: ImageFiles) -> Domain:
    """The domain of the user's pictures.

    Raises:
        DataError: pictures or labels cannot be used; the message names the file or folder.
    """
    return user_domain(options)
