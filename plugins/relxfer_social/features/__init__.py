"""What a model sees of each node, in which columns, and what is hidden for it to predict."""
