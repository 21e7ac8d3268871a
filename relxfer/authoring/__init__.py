"""For authors of plugins: base classes of learners, reading of tables, class names, and the scaffold of a package."""
