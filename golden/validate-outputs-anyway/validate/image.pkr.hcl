# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer.
# The validators, run in a VM that is deleted afterwards; when to build this, and what differs: ../MIGRATION.md.

locals {
  # The version to validate: the one that the last build of the image published, unless you give another one.
  validated_version = var.image_version != null ? var.image_version : try(split("/", reverse(jsondecode(file("../manifest.json")).builds)[0].custom_data["gallery"])[12], "none-built-yet")
}

source "azure-arm" "image" {
  use_azure_cli_auth = var.use_azure_cli_auth
  client_id          = var.client_id
  client_secret      = var.client_secret
  tenant_id          = var.tenant_id
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type = "Linux"

  shared_image_gallery {
    subscription   = "00000000-0000-0000-0000-000000000001"
    resource_group = "gallery-rg"
    gallery_name   = "company"
    image_name     = "base"
    image_version  = local.validated_version
  }

  location = "westeurope"

  # vmProfile
  vm_size = "Standard_D2s_v5"

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: say from where it may be reached.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes: 240 unless the template says otherwise
  polling_duration_timeout = "240m"

  # the VM is deleted, and no image is made of it
  skip_create_image = true
}

build {
  sources = ["source.azure-arm.image"]

  provisioner "shell" {
    name           = "lines"
    inline_shebang = "/bin/sh -e"
    inline = [
      "test -d /tmp",
    ]
  }
}
