"""The old name of `ecom_fixtures.worlds.shop`, for ``python -m ecom_fixtures.shop.server`` alone."""
