# Packer reads this file by itself. Uncomment each line and fill it in.

# location            = "" # The template's parameter location.
# image_version       = "" # Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it.
# subscription_id     = "" # Subscription to build in; in the template: subscription().
# resource_group_name = "" # Resource group that the template was deployed to; in the template: resourceGroup().
# team                = "" # The template's parameter team.
