"""What `relxfer judge` found: as tables and sentences, in the terminal and as Markdown."""
