"""Text and picture models, each behind one narrow protocol. Their libraries load when first needed."""
