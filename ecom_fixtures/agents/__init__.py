"""Agents under test: the protocol, the LangGraph ReAct agent, model presets, reference agents."""
