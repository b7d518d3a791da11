"""The gate around the statistics: baseline files, which runs may be compared, and what came of it."""
