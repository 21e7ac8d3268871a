"""Facts by name, before they are numbered: their columns, their literals, and questions about them."""
