"""The pictures of the sample library, drawn with Pillow alone."""
