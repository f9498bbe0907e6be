"""Pictures: what they show, what is written in and about them."""
