"""Judging a trial by plain rules, and the statistics of many trials."""
