"""How many labels a value is worth: where curves meet, with intervals."""
