"""Addresses of repositories and files on the hub, `hf://owner/name@revision/path`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PurePosixPath

from relxfer.errors import UsageError
from relxfer.store.hub.data_root import data_root

SCHEME = "hf://"
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
#: A path drops the second of two slashes, so that one is enough.
_ADDRESS = re.compile(
    rf"hf:/{{1,2}}(datasets/)?({_NAME})/({_NAME})(?:@([A-Za-z0-9][A-Za-z0-9._-]{{0,99}}))?(?:/(.+?))?/?"
)
_COMMIT = re.compile("[0-9a-f]{40}")
#: Where copies are kept, below the data root.
_KINDS = {"model": "models", "dataset": "datasets"}


@dataclass(frozen=True)
class Address:
    """A repository, or a file or folder in it.

    kind      "model" or "dataset", which are different repositories of the same name
    revision  a branch, a tag or a commit; "" for the main branch as it is now
    path      of a file or folder in the repository; "" for all of it

    >>> Address.of("hf://datasets/me/facts@v1/train.tsv")
    Address(kind='dataset', owner='me', name='facts', revision='v1', path='train.tsv')
    """

    kind: str
    owner: str
    name: str
    revision: str = ""
    path: str = ""

    @classmethod
    def of(cls, text: str | PurePath) -> Address:
        """The address that a text says.

        Raises:
            UsageError: it says none.
        """
        text = text if isinstance(text, str) else text.as_posix()
        found = _ADDRESS.fullmatch(text)
        if not found or not is_plain(found[5] or "x"):
            raise UsageError(
                f"expected an address like hf://owner/name@revision/path, got {text!r}; the revision and the path may "
                "be left out, and a data set repository is hf://datasets/owner/name"
            )
        kind, owner, name, revision, path = found.groups()
        return cls("dataset" if kind else "model", owner, name, revision or "", path or "")

    @property
    def repository(self) -> str:
        """Owner and name."""
        return f"{self.owner}/{self.name}"

    @property
    def pinned(self) -> bool:
        """Whether it names a commit, so that it always means the same files."""
        return bool(_COMMIT.fullmatch(self.revision))

    @property
    def place(self) -> Path:
        """The folder of all copies from the repository."""
        return data_root() / "hub" / _KINDS[self.kind] / self.owner / self.name

    @property
    def copy(self) -> Path:
        """Where the local copy of what it means is, if it names a commit."""
        return self.place.resolve() / self.revision / self.path

    def at(self, commit: str) -> Address:
        """The same at a commit."""
        return replace(self, revision=commit)

    def __str__(self) -> str:
        kind = "datasets/" if self.kind == "dataset" else ""
        revision, path = f"@{self.revision}" * bool(self.revision), f"/{self.path}" * bool(self.path)
        return f"{SCHEME}{kind}{self.repository}{revision}{path}"


def is_one(text: object) -> bool:
    """Whether a text or a path is meant as an address of the hub.

    >>> is_one("hf://me/mine"), is_one("hf/me")
    (True, False)
    """
    return isinstance(text, str | PurePath) and (text if isinstance(text, str) else text.as_posix()).startswith("hf:/")


def is_plain(path: str) -> bool:
    """Whether a path in a repository stays below its folder on every system.

    >>> is_plain("models/0.safetensors"), is_plain("../../.ssh/key"), is_plain("C:x")
    (True, False, False)
    """
    names = PurePosixPath(path).parts
    return bool(names) and all(
        name not in ("/", ".", "..") and name.isprintable() and not set(name) & set('\\:*?"<>|') for name in names
    )


def of_copy(path: Path) -> Address | None:
    """The address, with its commit, of which a path is a copy; None if it is none.

    >>> of_copy(Path("mine.tsv"))
    """
    try:
        kind, owner, name, commit, *rest = path.relative_to((data_root() / "hub").resolve()).parts
    except ValueError:
        return None
    kinds = {folder: kind for kind, folder in _KINDS.items()}
    if kind not in kinds or not _COMMIT.fullmatch(commit):
        return None
    return Address(kinds[kind], owner, name, commit, "/".join(rest))
