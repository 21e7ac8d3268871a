"""Pictures that ship with the plugin, and standard pictures of the literature."""
