"""What a run answers, in plain words: sentences, the row to use, and what endangers the conclusion. No markup."""
