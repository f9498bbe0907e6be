"""Terms, sentences, dates and the syntax of queries: pure functions, without Redis or models."""
