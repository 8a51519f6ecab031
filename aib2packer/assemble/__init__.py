"""Each module knows the order in which one kind of project is put together."""
