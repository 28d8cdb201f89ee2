"""Pages as they come out of each kind of file, before anyone has read them."""
