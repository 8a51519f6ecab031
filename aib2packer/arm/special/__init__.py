"""Functions that need the scope, or do not evaluate all their arguments: modules by the names of those in ``arm.functions``."""
