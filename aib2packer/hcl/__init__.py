"""HCL as Packer reads it: nodes, the printer, live values said in HCL, and reading a project back."""
