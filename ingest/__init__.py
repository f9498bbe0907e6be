"""Files to records: discover, extract, chunk, embed, store."""
