# Packer reads this file by itself. Uncomment each line and fill it in.

# subscription_id = "" # The template's <subscriptionID>, in a key of identity.userAssignedIdentities and 2 more.
