"""What the functions do with values that are partly live: modules by the names of those in ``arm.functions``."""
