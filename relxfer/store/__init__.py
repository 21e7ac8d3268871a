"""What is read and written: whole files, other people's within bounds, texts by medium, and the run directory."""
