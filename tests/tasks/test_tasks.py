"""The benchmark: every task of the dataset, once per trial."""

from ecom_fixtures.trial.record import Record


def test_task(trial: Record) -> None:
    """The shop is left as it should be, nothing was answered without looking, and what had to be said was said."""
    assert trial.verdict is not None
    assert not trial.verdict.state_diff
    assert not trial.verdict.missing_searches
    assert not trial.verdict.missing_keywords
    assert trial.passed, trial.error
