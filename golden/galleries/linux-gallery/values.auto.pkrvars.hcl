# Packer reads this file automatically. Uncomment each line and fill it in.

# subscription_id = "" # <subscriptionID> in the template: subscription of the subnet and the image definition.
