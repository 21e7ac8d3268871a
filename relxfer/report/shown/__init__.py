"""What the parts of a report are made of, and the run that they are about."""
