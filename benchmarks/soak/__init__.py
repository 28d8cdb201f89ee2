"""The soak: Verso on its production stack while everything around it is killed, cut, delayed, filled and set wrong."""
