# Packer reads this file automatically. Uncomment each line and fill it in.

# location        = "" # Region of the build and the gallery version.
# subscription_id = "" # Subscription to build in.
