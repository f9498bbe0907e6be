"""The search: from a query to a page of hits. Start with searcher.py."""
