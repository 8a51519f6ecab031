# Packer reads this file by itself. Uncomment each line and fill it in.

# location            = "" # The template's parameter location.
# subscription_id     = "" # Subscription to build in; in the template: subscription().
# resource_group_name = "" # Resource group that the template was deployed to; in the template: resourceGroup().
# team                = "" # The template's parameter team.
