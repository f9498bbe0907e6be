"""Answers in sentences, which a language model writes from passages that a search has found."""
