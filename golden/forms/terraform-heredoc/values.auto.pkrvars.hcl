# Packer reads this file automatically. Uncomment each line and fill it in.

# subnet_id       = "" # Id of the subnet.
# subscription_id = "" # Subscription to build in.
