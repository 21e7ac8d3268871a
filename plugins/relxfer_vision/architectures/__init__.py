"""Networks, each with the names and shapes of the published one."""
