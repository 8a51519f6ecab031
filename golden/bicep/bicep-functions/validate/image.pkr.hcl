# The validators of main.bicep, in a VM made from the image; nothing is kept.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id

  # source
  os_type                                  = "Linux"
  custom_managed_image_name                = lower("img-Web-${var.environment}")
  custom_managed_image_resource_group_name = var.resource_group_name

  location = var.location

  # vmProfile
  vm_size = "Standard_D2ds_v4"

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout = "240m"

  # nothing is kept
  skip_create_image                 = true
  managed_image_name                = "not-made" # required by the plugin; skip_create_image makes none
  managed_image_resource_group_name = var.resource_group_name
}

build {
  sources = ["source.azure-arm.image"]

  provisioner "shell" {
    name           = "listens"
    inline_shebang = "/bin/sh -e"
    inline         = ["curl -fsS http://localhost/"]
  }
}
