"""Several runs side by side, from their folders alone: what may be said of them, as page, charts, Markdown and text."""
