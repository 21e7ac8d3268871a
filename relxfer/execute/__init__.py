"""How cells are run: jobs and executors, source stages, the cell itself, its outcome, artefacts and what was used."""
