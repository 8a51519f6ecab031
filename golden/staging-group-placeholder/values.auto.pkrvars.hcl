# Packer reads this file by itself. Uncomment each line and fill it in.

# staging_group = "" # <stagingGroup> in the template: name of the resource group to build in.
