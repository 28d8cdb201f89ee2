"""THE COMMANDS: what a person types; each module is a family of verbs."""
