"""What each function of the ARM expression language becomes in HCL: modules by the names of those in ``arm.functions``."""
