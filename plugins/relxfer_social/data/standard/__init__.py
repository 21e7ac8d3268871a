"""Standard networks of the literature: what reads their files."""
