"""Proof that a dataset measures what it claims: ``python -m ecom_fixtures.validity [DIR]``, for anybody's dataset."""
