# Packer reads this file automatically. Uncomment each line and fill it in.

ring = "canary"

# subscription_id = "" # Subscription to build in; in the template: subscription().
