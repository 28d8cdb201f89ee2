"""Whose turn it is to do what only one may do at a time."""
