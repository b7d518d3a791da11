"""The shop that the agent works in: its tables, a fresh copy for each trial, and 21 tools over MCP."""
