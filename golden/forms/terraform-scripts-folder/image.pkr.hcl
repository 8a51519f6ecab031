# Converted from infra (Azure VM Image Builder, API 2022-07-01) by aib2packer; differences: MIGRATION.md.

locals {
  timestamp = formatdate("YYYYMMDDhhmm", timestamp())
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id

  # source
  os_type         = "Windows"
  image_publisher = "MicrosoftWindowsServer"
  image_offer     = "WindowsServer"
  image_sku       = "2022-datacenter-azure-edition"
  image_version   = "latest"

  build_resource_group_name = "rg-stage" # the build runs in its region

  # vmProfile
  vm_size         = var.vm_size
  os_disk_size_gb = 127
  user_assigned_managed_identities = [
    "/subscriptions/${var.subscription_id}/resourceGroups/rg-x/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id",
  ]

  # communicator
  communicator   = "winrm"
  winrm_username = "packer"
  winrm_use_ssl  = true
  winrm_insecure = true # the certificate is made for this one VM
  winrm_timeout  = "10m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes: limits each Azure operation; for the whole run see MIGRATION.md
  polling_duration_timeout     = "180m"
  shared_image_gallery_timeout = "180m"

  # distribute: timestamp
  shared_image_gallery_destination {
    subscription   = var.subscription_id
    resource_group = "rg-x"
    gallery_name   = "gal"
    image_name     = "win"
    image_version  = var.image_version

    target_region {
      name     = "East US"
      replicas = 1
    }
  }

  azure_tags = merge([var.tags, { CreatedBy = "tf" }]...)
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.ps1"
    destination = "c:/DeprovisioningScript.ps1"
  }

  provisioner "powershell" {
    name              = "01-a"
    elevated_user     = "SYSTEM"
    elevated_password = ""
    script            = "${path.root}/scripts/01-01-a.ps1"
  }

  provisioner "powershell" {
    name              = "02-c"
    elevated_user     = "SYSTEM"
    elevated_password = ""
    script            = "${path.root}/scripts/02-02-c.ps1"
  }

  provisioner "windows-restart" {
    restart_timeout = "10m"
  }

  dynamic "provisioner" {
    for_each = var.run_wu ? [1] : []
    labels   = ["windows-update"]

    content {
      search_criteria = "IsInstalled=0"
      filters         = ["exclude:$_.Title -like '*Preview*'", "include:$true"]
      update_limit    = 40
    }
  }

  # Generalize the VM, as Image Builder does after the last step.
  provisioner "powershell" {
    name       = "generalize"
    skip_clean = true
    script     = "${path.root}/scripts/generalize.ps1"
  }

  post-processor "manifest" {
    output     = "${path.root}/manifest.json"
    strip_path = true
    custom_data = {
      ("o-${local.timestamp}") = "/subscriptions/${var.subscription_id}/resourceGroups/rg-x/providers/Microsoft.Compute/galleries/gal/images/win/versions/${var.image_version}"
    }
  }
}
