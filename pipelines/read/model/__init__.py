"""What lies in a model file of Tesseract: a network that reads lines, its alphabet, and French words."""
