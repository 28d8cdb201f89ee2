"""Programs and libraries that turn pixels into words."""
