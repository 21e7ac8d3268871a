"""What users read: reports in the terminal and in Markdown, progress, plans, and lists of data sets and offers."""
