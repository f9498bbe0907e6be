"""The worker that turns files into records: discover, read, chunk, embed, store."""
