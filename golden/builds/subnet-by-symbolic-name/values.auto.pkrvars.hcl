# Packer reads this file automatically. Uncomment each line and fill it in.

# buildId             = "" # Virtual network of the subnet.
# resource_group_name = "" # Resource group that the template was deployed to; in the template: resourceGroup().
