"""Everything that uses Redis: keys, indexes, records, queries and the embedded engine."""
