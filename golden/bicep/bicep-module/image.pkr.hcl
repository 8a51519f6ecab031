# Converted from main.bicep (Azure VM Image Builder, API 2023-07-01) by aib2packer; differences: MIGRATION.md.

locals {
  gallery = split("/", var.galleryImageId)
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = local.gallery[2]

  # source
  os_type         = "Windows"
  image_publisher = "MicrosoftWindowsDesktop"
  image_offer     = "windows-11"
  image_sku       = "win11-24h2-avd"
  image_version   = "latest"

  location = var.location

  # vmProfile
  vm_size         = "Standard_D4s_v5"
  os_disk_size_gb = 127

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

  # distribute: avd-output
  shared_image_gallery_destination {
    subscription   = local.gallery[2]
    resource_group = local.gallery[4]
    gallery_name   = local.gallery[8]
    image_name     = local.gallery[10]
    image_version  = var.image_version

    target_region {
      name     = var.location
      replicas = 1
    }
  }

  azure_tags = {
    builtBy = "aib"
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
    name              = "fslogix"
    elevated_user     = build.User
    elevated_password = build.Password
    script            = "${path.root}/scripts/01-fslogix.ps1"
  }

  provisioner "windows-restart" {
    restart_timeout = "10m"
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
      avd-output = "/subscriptions/${local.gallery[2]}/resourceGroups/${local.gallery[4]}/providers/Microsoft.Compute/galleries/${local.gallery[8]}/images/${local.gallery[10]}/versions/${var.image_version}"
    }
  }
}
