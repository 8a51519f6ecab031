# Packer reads this file automatically. Uncomment each line and fill it in.

# subscription_id = "" # Subscription to build in.
