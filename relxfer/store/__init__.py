"""Reading and writing: whole files, files of others within limits, text for each medium, and the run directory."""
