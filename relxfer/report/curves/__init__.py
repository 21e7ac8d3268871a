"""Learning curves in the report: charts, tables and plots."""
