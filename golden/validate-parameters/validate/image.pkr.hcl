# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer.
# The validators, run in a VM that is deleted afterwards; when to build this, and what differs: ../MIGRATION.md.

locals {
  gallery = split("/", var.galleryImageId)

  # The version to validate: the one that the last build of the image published, unless you give another one.
  validated_version = var.image_version != null ? var.image_version : try([for id in values(reverse(jsondecode(file("../manifest.json")).builds)[0].custom_data) : split("/versions/", id)[1] if split("/versions/", id)[0] == "/subscriptions/${local.gallery[2]}/resourceGroups/${local.gallery[4]}/providers/Microsoft.Compute/galleries/${local.gallery[8]}/images/${local.gallery[10]}"][0], "none-built-yet")
}

source "azure-arm" "image" {
  use_azure_cli_auth = var.use_azure_cli_auth
  client_id          = var.client_id
  client_secret      = var.client_secret
  tenant_id          = var.tenant_id
  subscription_id    = local.gallery[2]

  # source
  os_type = "Linux"

  shared_image_gallery {
    subscription   = local.gallery[2]
    resource_group = local.gallery[4]
    gallery_name   = local.gallery[8]
    image_name     = local.gallery[10]
    image_version  = local.validated_version
  }

  location = var.location

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
    name           = "greets"
    inline_shebang = "/bin/sh -e"
    inline = [
      "grep -q ${var.greeting} /etc/motd",
    ]
  }

  dynamic "provisioner" {
    for_each = var.deepChecks ? [1] : []
    labels   = ["shell"]

    content {
      name           = "deep"
      inline_shebang = "/bin/sh -e"
      inline = [
        "sudo fsck -n /",
      ]
    }
  }
}
