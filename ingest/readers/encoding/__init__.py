"""The encoding of a text: what its bytes say, and the likeliest one where they do not say it."""
