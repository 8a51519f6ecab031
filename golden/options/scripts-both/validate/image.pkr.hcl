# The validators of template.json, in a VM made from the image; nothing is kept.

locals {
  gallery = split("/", var.galleryImageId)
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type = "Linux"

  shared_image_gallery {
    subscription   = local.gallery[2]
    resource_group = local.gallery[4]
    gallery_name   = local.gallery[8]
    image_name     = local.gallery[10]
    image_version  = var.image_version
  }

  location = "westeurope"

  # vmProfile
  vm_size = "Standard_D2s_v5"

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout = "240m"

  # nothing is kept
  skip_create_image = true
}

build {
  sources = ["source.azure-arm.image"]

  provisioner "shell" {
    name           = "up"
    inline_shebang = "/bin/sh -e"
    inline         = ["true"]
  }
}
