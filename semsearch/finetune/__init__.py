"""Train a picture model on pictures with captions."""
