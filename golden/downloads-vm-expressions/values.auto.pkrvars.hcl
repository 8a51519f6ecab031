# Packer reads this file by itself. Uncomment each line and fill it in.

# checksum = "" # The template's parameter checksum.

# Secrets are not written here. Set them in the environment: PKR_VAR_sasToken
