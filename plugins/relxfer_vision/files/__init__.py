"""The user's own pictures: read, labelled, and inspected for `relxfer init`."""
