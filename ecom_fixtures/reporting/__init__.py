"""What people see of a run: the words, the terminal summary, the page, why a trial was not solved."""
