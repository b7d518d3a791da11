"""Every call of a model: endpoints, the presets that name them, and what their answers mean."""
