"""THE APPLICATION AS ONE: settings, bootstrap, logging, command line."""
