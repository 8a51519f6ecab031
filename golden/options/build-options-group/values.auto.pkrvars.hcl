# Packer reads this file automatically. Uncomment each line and fill it in.

# build_resource_group_name = "" # Existing resource group to build in; the build runs in its region.
