"""THE WORDS: what a document is, where it came from, how far it got. Pure: standard library only."""
