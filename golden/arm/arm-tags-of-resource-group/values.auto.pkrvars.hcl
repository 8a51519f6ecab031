# Packer reads this file automatically. Uncomment each line and fill it in.

# resource_group_tags = {} # Result of: az group show -n RESOURCE-GROUP --query tags
