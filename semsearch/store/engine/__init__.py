"""The embedded engine: Redis with the search module, started on demand."""
