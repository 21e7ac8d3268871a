"""The parts of a report in full, as text, tables and figures, whatever shows them."""
