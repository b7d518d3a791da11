"""The pytest plugin, under the name of its entry point; everything that imports pytest lives in this package."""

pytest_plugins = tuple(f"{__name__}.{name}" for name in ("hooks", "unsolved", "interruption", "fixtures"))
