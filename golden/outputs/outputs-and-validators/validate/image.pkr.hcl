# The validators of template.json, in a VM made from the image; nothing is kept.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "11111111-1111-1111-1111-111111111111"

  # source
  os_type                                  = "Linux"
  custom_managed_image_name                = "web"
  custom_managed_image_resource_group_name = "rg"

  location = "westeurope"

  # vmProfile
  vm_size = "Standard_D2ds_v4"

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes: limits each Azure operation; for the whole run see MIGRATION.md
  polling_duration_timeout = "60m"

  # nothing is kept
  skip_create_image                 = true
  managed_image_name                = "not-made" # required by the plugin; skip_create_image makes none
  managed_image_resource_group_name = "rg"
}

build {
  sources = ["source.azure-arm.image"]

  provisioner "shell" {
    name           = "up"
    inline_shebang = "/bin/sh -e"
    inline         = ["curl -fsS http://localhost"]
  }
}
