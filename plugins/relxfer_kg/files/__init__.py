"""Facts from files and in memory: read, numbered, split, and inspected for `relxfer init`."""
