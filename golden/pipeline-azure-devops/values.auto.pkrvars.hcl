# Packer reads this file by itself. Uncomment each line and fill it in.

# image_version = "" # Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it.
# gallery       = "" # Gallery to publish to.

# Secrets are not written here; set them in the environment: PKR_VAR_licenseKey
