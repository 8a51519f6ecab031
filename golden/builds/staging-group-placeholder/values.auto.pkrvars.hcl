# Packer reads this file automatically. Uncomment each line and fill it in.

# staging_group = "" # <stagingGroup> in the template: name of the resource group to build in.
