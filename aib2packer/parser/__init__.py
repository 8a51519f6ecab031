"""From bytes to values with places: JSON as ARM reads it, the template in whatever wraps it, ARM expressions."""
