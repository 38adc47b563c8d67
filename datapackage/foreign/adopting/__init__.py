"""A release made from the package of others."""
