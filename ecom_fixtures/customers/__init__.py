"""Who brings the task: simulated customers, how they are chosen, and whether they kept to it."""
