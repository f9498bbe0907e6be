"""Models of texts and pictures, each behind one narrow protocol; their libraries load when first needed."""
