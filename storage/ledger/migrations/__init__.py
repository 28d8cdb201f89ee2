"""The schema's history, oldest first: revisions are added, never altered, and always lead forward."""
