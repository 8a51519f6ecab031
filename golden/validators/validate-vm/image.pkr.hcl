# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type         = "Linux"
  image_publisher = "center-for-internet-security-inc"
  image_offer     = "cis-ubuntu-linux-2204-l1"
  image_sku       = "cis-ubuntu-linux-2204-l1-gen2"
  image_version   = "latest"

  plan_info {
    plan_name      = "cis-ubuntu-linux-2204-l1-gen2"
    plan_product   = "cis-ubuntu-linux-2204-l1"
    plan_publisher = "center-for-internet-security-inc"
  }

  build_resource_group_name = "staging-rg" # the build runs in its region

  # vmProfile
  vm_size         = "Standard_D2ds_v4" # Image Builder's default
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
  polling_duration_timeout     = "90m"
  shared_image_gallery_timeout = "90m"

  # distribute: gallery
  shared_image_gallery_destination {
    subscription   = "00000000-0000-0000-0000-000000000001"
    resource_group = "gallery-rg"
    gallery_name   = "company"
    image_name     = "base"
    image_version  = var.image_version

    target_region {
      name     = "westeurope"
      replicas = 1
    }
  }

  shared_gallery_image_version_exclude_from_latest = var.unvalidated # run.sh sets it until the validators have passed

  azure_tags = {
    team = "images"
  }
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "shell" {
    name           = "hello"
    inline_shebang = "/bin/sh -e"
    inline         = ["echo hello"]
  }

  # Generalize the VM, as Image Builder does after the last step.
  provisioner "shell" {
    name            = "generalize"
    execute_command = "chmod +x {{ .Path }}; {{ .Vars }} sudo -E sh '{{ .Path }}'"
    skip_clean      = true # deprovisioning removes the account that would clean up
    inline_shebang  = "/bin/sh -e"
    inline = [
      "rm -f \"$0\"",
      "cat /tmp/DeprovisioningScript.sh || exit 1",
      "exec sh /tmp/DeprovisioningScript.sh",
    ]
  }

  post-processor "manifest" {
    output     = "${path.root}/manifest.json"
    strip_path = true
    custom_data = {
      gallery = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/base/versions/${var.image_version}"
    }
  }
}
