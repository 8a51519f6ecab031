# Packer reads this file automatically. Uncomment each line and fill it in.

# gallery = "" # Gallery to publish to.

# Secrets are not written here. Set them in the environment: PKR_VAR_licenseKey
