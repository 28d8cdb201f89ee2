"""The doors people use: the API and the pages, both on one application."""
