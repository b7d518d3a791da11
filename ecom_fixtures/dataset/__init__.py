"""What a task, a persona and a dataset folder are, and how their files are read."""
