# Packer reads this file automatically. Uncomment each line and fill it in.

# location            = "" # Region of the build and the managed image.
# resource_group_name = "" # Resource group that the template was deployed to; in the template: resourceGroup().
# subscription_id     = "" # Subscription to build in.
