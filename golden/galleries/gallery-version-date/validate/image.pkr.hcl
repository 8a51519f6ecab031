# The validators of template.json, in a VM made from the image; nothing is kept.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type = "Linux"

  shared_image_gallery {
    subscription   = "00000000-0000-0000-0000-000000000001"
    resource_group = "gallery-rg"
    gallery_name   = var.gallery
    image_name     = var.definition
    image_version  = var.image_version
  }

  location = "westeurope"

  # vmProfile
  vm_size = "Standard_D2s_v5"

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes: limits each Azure operation; for the whole run see MIGRATION.md
  polling_duration_timeout = "${var.minutes}m"

  # nothing is kept
  skip_create_image = true
}

build {
  sources = ["source.azure-arm.image"]

  provisioner "shell" {
    name           = "check"
    inline_shebang = "/bin/sh -e"
    inline         = ["test -d /tmp"]
  }
}
