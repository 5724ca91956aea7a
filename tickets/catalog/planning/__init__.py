"""A catalog file: read with its lines, checked as a whole, turned into what the rows must be."""
