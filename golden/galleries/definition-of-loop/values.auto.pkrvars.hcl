# Packer reads this file automatically. Uncomment each line and fill it in.

# subscription_id     = "" # Subscription to build in.
# resource_group_name = "" # Resource group that the template was deployed to; in the template: resourceGroup().
# gallery             = "" # Gallery of the image definition.
