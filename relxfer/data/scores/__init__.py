"""Scores of single test items that any tool wrote: tables, and the logs of evaluation harnesses."""
