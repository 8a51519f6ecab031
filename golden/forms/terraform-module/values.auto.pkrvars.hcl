# Packer reads this file automatically. Uncomment each line and fill it in.

# naming_resource_group_id = "" # Value of module.naming.resource_group_id in Terraform: `terraform console` prints it.
