"""One module for each family knows the functions of the ARM expression language."""
