"""Measure how well search finds the documents that people judged to be relevant."""
