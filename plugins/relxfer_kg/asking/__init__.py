"""What is asked of facts: an entity of each, or its relation."""
