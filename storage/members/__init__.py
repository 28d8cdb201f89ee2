"""Who may come in by the web, and who is in."""
