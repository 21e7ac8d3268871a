"""What a build adds: the commit of the tree, and a README whose links work away from it.

The commit goes into the metadata of a wheel, and into the file COMMIT of an sdist, from which a wheel takes it. A link
of the README to a file leads to that file in the repository, if `[project.urls]` names one; else it becomes the path of
the file in the sdist, because a link without a host leads nowhere from the page of a package index.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


class Commit(BuildHookInterface):
    """Adds the commit."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        commit = commit_of(Path(self.root))
        if not commit:
            return
        kept = Path(tempfile.mkdtemp()) / "COMMIT"
        kept.write_text(commit + "\n", encoding="utf-8")
        if self.target_name == "wheel":
            build_data.setdefault("extra_metadata", {})[str(kept)] = "COMMIT"
        elif not (Path(self.root) / "COMMIT").exists():
            build_data["force_include"][str(kept)] = "COMMIT"


class Readme(MetadataHookInterface):
    """Sets the README of the metadata."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        repository = metadata.get("urls", {}).get("Repository")
        metadata["readme"] = {"content-type": "text/markdown", "text": away(text, repository)}


def commit_of(root: Path) -> str | None:
    """The commit of a checkout, or that which an sdist keeps."""
    if (root / "COMMIT").is_file():
        return (root / "COMMIT").read_text(encoding="utf-8").strip()
    asked = ["git", "-C", str(root), "describe", "--always", "--dirty=.dirty", "--abbrev=10", "--exclude=*"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


def away(text: str, repository: str | None) -> str:
    """A README with its links as they work away from the repository."""

    def link(found: re.Match[str]) -> str:
        picture, words, target = found.groups()
        if re.match(r"[a-z]+:|#", target):
            return found[0]
        if repository:
            return f"{picture}[{words}]({repository.rstrip('/')}/{'raw' if picture else 'blob'}/HEAD/{target})"
        return "" if picture else f"{words} (`{target.partition('#')[0]}`)"

    parts = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if part.startswith("```") else _LINK.sub(link, part) for part in parts)
