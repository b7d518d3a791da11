"""The gate: may this change ship? What decides it, from a run's figures and what was asked of them."""
