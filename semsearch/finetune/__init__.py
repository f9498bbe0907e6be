"""Teaching a picture model from captions."""
