"""The dialogue between a simulated customer and the agent under test."""
