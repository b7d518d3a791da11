"""A benchmark and regression suite for customer-service agents, run by pytest (ECom-Bench, arXiv 2507.05639)."""

__version__ = "0.1.0"
