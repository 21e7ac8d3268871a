"""For authors of plugins: learners to derive from, tables, classes, and the scaffold of a new package."""
