# Packer reads this file by itself. Uncomment each line and fill it in.

# resource_group_tags = {} # Result of: az group show -n RESOURCE-GROUP --query tags
