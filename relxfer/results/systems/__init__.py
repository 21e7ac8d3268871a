"""Systems of any tool beside each other, by the scores of single items."""
