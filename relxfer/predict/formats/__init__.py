"""Files of answers, one module for each format."""
