"""Read: the text of every page, from its text layer when that is good, else by optical character recognition."""
