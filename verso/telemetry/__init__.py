"""What an operator sees of the work: how much, how fast, how often in vain, and where each document was when."""
