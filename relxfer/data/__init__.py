"""Data sets by name: their files, on this machine or downloaded, and always verified."""
