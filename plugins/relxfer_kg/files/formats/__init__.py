"""Readers of the user's facts in formats that say what their parts are: RDF, results of queries, databases."""
