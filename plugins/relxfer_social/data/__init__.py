"""Networks that ship with the plugin, and standard networks of the literature."""
