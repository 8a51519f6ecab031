# Packer reads this file automatically. Uncomment each line and fill it in.

# sshPublicKey = "" # Used in step configure.

# Secrets are not written here. Set them in the environment: PKR_VAR_adminPassword, PKR_VAR_apiKey
