# Packer reads this file by itself. Uncomment each line and fill it in.

ring = "canary"

# subscription_id = "" # Subscription to build in; in the template: subscription().
