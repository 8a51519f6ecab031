"""One module for each format knows how findings are printed."""
