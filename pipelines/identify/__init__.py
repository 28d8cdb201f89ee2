"""Identify: whose document it is, from evidence that is checked and never guessed."""
