"""The worlds that trials play in: what a world is, how its states differ, and the built-in shop."""
