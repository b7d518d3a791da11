"""Judging a trial by plain rules: state, look-ups, answers, conduct, and the class of a failure."""
