"""Text with marks in it: what a reader would see of it, and its headings."""
