# Packer reads this file automatically. Uncomment each line and fill it in.

# vm_size         = "" # Size of the build VM.
# subscription_id = "" # Subscription to build in.
