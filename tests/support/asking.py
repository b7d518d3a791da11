"""A task of nobody's shop that only asks, for tests of what counts as an answer."""

from __future__ import annotations

from ecom_fixtures.dataset.tasks import Intent, Task


def asking(*intents: Intent) -> Task:
    """The task in which somebody brings ``intents``."""
    return Task(
        number=1,
        id="one",
        title="Some questions",
        tags=("inquiry",),
        platform="mapleway",
        shop_id="S1",
        user_id="U1",
        persona="anybody",
        about="You want to know something.",
        intents=intents,
    )
