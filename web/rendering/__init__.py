"""Files as a reader sees them: clean HTML of texts, and pictures of the pages of PDFs. Made in sandboxes."""
