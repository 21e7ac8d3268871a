"""What is estimated in closed form from labels and predictions."""
