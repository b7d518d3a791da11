"""The dataset with twelve tasks of every kind, for tests that run over tasks; tests/validity looks at all of them."""

from __future__ import annotations

from ecom_fixtures.dataset.folder import Dataset, default_folder

NUMBERS = (0, 1, 3, 6, 9, 10, 13, 17, 21, 33, 39, 51)

WHOLE = Dataset.load(default_folder())
TWELVE = Dataset(WHOLE.folder, tuple(task for task in WHOLE.tasks if task.number in NUMBERS))
assert len(TWELVE.tasks) == len(NUMBERS)
