# Packer reads this file by itself. Uncomment each line and fill it in.

# build_resource_group_name = "" # Existing resource group to build in; the build runs in its region.
# image_version             = "" # Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it.
