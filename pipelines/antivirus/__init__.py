"""Antivirus: what a file carries beside its pages is looked for before anything parses it."""
