"""Standard pictures of the literature: what reads their files."""
