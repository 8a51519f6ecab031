# Packer reads this file automatically. Uncomment each line and fill it in.

# checksum = "" # SHA-256 of the file of step set up.

# Secrets are not written here. Set them in the environment: PKR_VAR_sasToken
