"""Documents with their vectors in one file, which other programs read and another Redis takes back."""
