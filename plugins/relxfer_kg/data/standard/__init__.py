"""Standard knowledge graphs of the literature: what reads their files."""
