"""The tools, by topic. Each is one plain typed function: its name, docstring and annotations are what an agent sees."""
