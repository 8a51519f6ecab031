# The validators of template.json, in a VM made from the image; nothing is kept.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type = "Linux"

  shared_image_gallery {
    subscription   = "00000000-0000-0000-0000-000000000001"
    resource_group = "gallery-rg"
    gallery_name   = "company"
    image_name     = "base"
    image_version  = var.image_version
  }

  plan_info {
    plan_name      = "cis-ubuntu-linux-2204-l1-gen2"
    plan_product   = "cis-ubuntu-linux-2204-l1"
    plan_publisher = "center-for-internet-security-inc"
  }

  build_resource_group_name = "staging-rg" # the build runs in its region

  # vmProfile
  vm_size         = "Standard_D2ds_v4"
  os_disk_size_gb = 64
  user_assigned_managed_identities = [
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/identity-rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader",
  ]
  virtual_network_name                = "vnet"
  virtual_network_subnet_name         = "build"
  virtual_network_resource_group_name = "net-rg"

  # communicator
  ssh_timeout = "20m"

  # buildTimeoutInMinutes: limits each Azure operation; for the whole run see MIGRATION.md
  polling_duration_timeout = "90m"

  # nothing is kept
  skip_create_image = true

  azure_tags = {
    team = "images"
  }
}

build {
  sources = ["source.azure-arm.image"]

  provisioner "shell" {
    name           = "check"
    inline_shebang = "/bin/sh -e"
    inline         = ["test -d /tmp"]
  }
}
