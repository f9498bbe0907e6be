"""Search by meaning over a folder of texts and pictures, backed by Redis."""
