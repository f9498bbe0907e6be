"""The language of the page: catalogues of its texts, dates and numbers, and which language a reader gets."""
