"""What of an upload has come in so far."""
