"""Training without tests: what is decided before a cell runs, and the transfer. Nothing here can open a test."""
