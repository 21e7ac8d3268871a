"""How people call the columns with nodes and with the ends of edges."""

from __future__ import annotations

from relxfer.data.tables.roles import Role

NODE = Role.of("node", "node id nodeid name vertex user")
ENDS = (
    Role.of("source", "source from src u node1 start id1 sourceid fromid fromnodeid head follower"),
    Role.of("target", "target to dst v node2 end id2 targetid toid tonodeid dest destination tail followed"),
)
