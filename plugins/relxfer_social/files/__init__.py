"""The user's own network: its formats, its edges and nodes, and its inspection for `relxfer init`."""
