# Packer reads this file by itself. Uncomment each line and fill it in.

# subscription_id = "" # Subscription to build in.
