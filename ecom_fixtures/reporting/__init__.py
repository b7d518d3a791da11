"""What a run leaves behind: journal, figures, terminal tables, the page."""
