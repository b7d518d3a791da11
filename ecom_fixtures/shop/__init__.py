"""Holds the first name of the command ``ecom shop``."""
