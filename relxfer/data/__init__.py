"""Data sets by name, and their files, which are downloaded if necessary and always verified."""
