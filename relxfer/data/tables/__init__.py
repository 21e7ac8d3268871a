"""Tables of the user's: separator, header and columns are decided by content, and what is guessed is said."""
