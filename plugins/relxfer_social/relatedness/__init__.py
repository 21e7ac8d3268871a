"""How related two networks are."""
