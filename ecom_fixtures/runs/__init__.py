"""A run on disk: its folder, manifest, journal, and the figures that follow from them."""
