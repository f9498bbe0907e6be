"""Turn the bytes of a file into a document: a reader for each format."""
