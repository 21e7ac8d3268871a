"""How people call the columns of lists of pictures."""

from __future__ import annotations

from relxfer.data.tables.roles import Role

FILE = Role.of("file", "file filename files path filepath image imagepath imagefile imagename picture img")
