# Converted from template.json (Azure VM Image Builder, API 2022-07-01) by aib2packer.
# The validators, run in a VM that is deleted afterwards; when to build this, and what differs: ../MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = var.use_azure_cli_auth
  client_id          = var.client_id
  client_secret      = var.client_secret
  tenant_id          = var.tenant_id
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type = "Linux"

  shared_image_gallery {
    subscription   = split("/", var.galleryImageId)[2]
    resource_group = split("/", var.galleryImageId)[4]
    gallery_name   = split("/", var.galleryImageId)[8]
    image_name     = split("/", var.galleryImageId)[10]
    image_version  = var.image_version
  }

  # vmProfile
  location    = "westeurope"
  vm_size     = "Standard_D2s_v5"
  ssh_timeout = "20m"

  # buildTimeoutInMinutes: 240 unless the template says otherwise
  polling_duration_timeout = "240m"

  # nothing is kept
  skip_create_image = true
}

build {
  sources = ["source.azure-arm.image"]

  provisioner "shell" {
    name           = "up"
    inline_shebang = "/bin/sh -e"
    inline = [
      "true",
    ]
  }
}
