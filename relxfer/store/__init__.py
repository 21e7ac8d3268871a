"""Files: complete writes, bounded reads of files from elsewhere, escaping for each medium, and the run directory."""
