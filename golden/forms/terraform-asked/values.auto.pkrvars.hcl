# Packer reads this file automatically. Uncomment each line and fill it in.

# images_location = "" # Value of data.azurerm_resource_group.images.location in Terraform: `terraform state show data.azurerm_resource_group.images` prints it.
# subscription_id = "" # Subscription to build in.
# suffix_result   = "" # Value of random_string.suffix.result in Terraform: `terraform state show random_string.suffix` prints it.

# Secrets are not written here. Set them in the environment: PKR_VAR_registry_result
