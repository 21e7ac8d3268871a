"""Uploading a folder to a repository of the hub."""

from __future__ import annotations

from pathlib import Path

from relxfer.store.hub import client
from relxfer.store.hub.address import Address


def upload(folder: Path, to: Address, private: bool) -> Address:
    """Upload all files of a folder as one commit; the repository is made if it is not there.

    private  whether a repository that is made can be seen by its owner alone; one that is there stays as it is

    Returns:
        The address with the commit.

    Raises:
        UsageError: huggingface_hub is not installed.
        DataError: the hub does not let the user write there, or cannot be reached.
    """
    api = client.library().HfApi()
    make = {"private": private, "exist_ok": True, "repo_type": to.kind}
    client.asked(lambda: api.create_repo(to.repository, **make), to, "write", client.PAUSES)
    said = {"commit_message": "Upload of relxfer", "revision": to.revision or None, "repo_type": to.kind}
    made = client.asked(lambda: api.upload_folder(repo_id=to.repository, folder_path=folder, **said), to, "write")
    return to.at(made.oid)
