"""The suite's fixtures and options come from the installed plugin `ecom_fixtures.plugin`; nothing is needed here."""
