"""Keep the index up to date while files change."""
