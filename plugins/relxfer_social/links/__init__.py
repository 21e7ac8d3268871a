"""Links as a task: pairs of nodes as a domain, and their learner."""
