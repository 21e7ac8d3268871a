"""What people read: terminal, Markdown, progress, plans, and lists of offers."""
