"""Words: terms, sentences, dates and the syntax of queries. Pure functions, no Redis, no models."""
