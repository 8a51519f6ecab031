# Packer reads this file automatically. Uncomment each line and fill it in.

# location = "" # Where to build.

image = {
  galleryImageId = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-images/providers/Microsoft.Compute/galleries/corp/images/agent"
}

# Secrets are not written here. Set them in the environment: PKR_VAR_agentToken
