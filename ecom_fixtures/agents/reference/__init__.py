"""Reference agents: policies behind an in-process chat endpoint, so that no key is needed."""
