"""PDF: the text of its pages, in the order in which people read it."""
