"""The user's own facts: read, split, and inspected for `relxfer init`."""
