"""Everything that knows of Redis: keys, indexes, records, queries, and the embedded engine."""
