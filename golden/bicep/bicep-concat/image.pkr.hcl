# Converted from main.bicep (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

locals {
  gallery = split("/", var.galleryImageId)
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = local.gallery[2]

  # source
  os_type         = "Windows"
  image_publisher = "MicrosoftWindowsServer"
  image_offer     = "WindowsServer"
  image_sku       = "2025-datacenter-azure-edition"
  image_version   = "latest"

  location = var.location

  # vmProfile
  vm_size = "Standard_D4s_v5"

  # communicator
  communicator   = "winrm"
  winrm_username = "packer"
  winrm_use_ssl  = true
  winrm_insecure = true # the certificate is made for this one VM
  winrm_timeout  = "10m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: apps
  shared_image_gallery_destination {
    subscription         = local.gallery[2]
    resource_group       = local.gallery[4]
    gallery_name         = local.gallery[8]
    image_name           = local.gallery[10]
    image_version        = var.image_version
    storage_account_type = "Standard_ZRS"

    target_region {
      name     = var.location
      replicas = 1
    }
  }
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.ps1"
    destination = "c:/DeprovisioningScript.ps1"
  }

  provisioner "powershell" {
    name              = "Create C:\\Build"
    elevated_user     = "SYSTEM"
    elevated_password = ""
    script            = "${path.root}/scripts/01-create-c-build.ps1"
  }

  provisioner "file" {
    name        = "Installer"
    source      = "${path.root}/scripts/app.zip"
    destination = "C:\\Build\\app.zip"
  }

  provisioner "powershell" {
    name              = "Install"
    elevated_user     = "SYSTEM"
    elevated_password = ""
    valid_exit_codes  = [0, 3010]
    script            = "${path.root}/scripts/03-install.ps1"
  }

  provisioner "windows-restart" {
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
      apps = "/subscriptions/${local.gallery[2]}/resourceGroups/${local.gallery[4]}/providers/Microsoft.Compute/galleries/${local.gallery[8]}/images/${local.gallery[10]}/versions/${var.image_version}"
    }
  }
}
