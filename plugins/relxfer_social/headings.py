"""How people call the columns with nodes and with the ends of edges, and the files or tables with them."""

from __future__ import annotations

from relxfer.data.tables.roles import Role

NODE = Role.of("node", "node id nodeid name vertex user")
ENDS = (
    Role.of("source", "source from src u node1 start id1 sourceid fromid fromnodeid head follower"),
    Role.of("target", "target to dst v node2 end id2 targetid toid tonodeid dest destination tail followed"),
)
WEIGHT = Role.of("weight", "weight edgeweight weights", needed=False)
KIND = Role.of("kind", "kind edgekind type edgetype relation relationship rel", needed=False)
#: Files of a folder, or tables of a database, the most telling first.
EDGES = ("edges", "edge_list", "edgelist", "links", "network", "graph", "adjacency", "adj")
NODES = ("nodes", "node_list", "vertices", "labels", "target", "features", "attributes")
