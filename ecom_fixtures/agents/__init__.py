"""Agents under test: the protocol, how one is chosen, the built-in ReAct agent, one's own, reference agents."""
