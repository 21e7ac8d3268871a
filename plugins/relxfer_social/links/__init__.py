"""Links as a task: pairs of nodes as a domain, their learner, and what is known of a pair."""
