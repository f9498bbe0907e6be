"""Explore: what the vectors of a whole library show to somebody who does not know what to ask."""
