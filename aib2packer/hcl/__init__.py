"""This folder knows HCL as Packer reads it: nodes, the printer, and live values said in HCL."""
