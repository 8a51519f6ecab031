# Converted from template.json (Azure VM Image Builder, API not named) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "11111111-2222-3333-4444-555555555555"

  # source
  os_type         = "Windows"
  image_publisher = "MicrosoftWindowsDesktop"
  image_offer     = "windows-11"
  image_sku       = "win11-24h2-avd"
  image_version   = "latest"

  location = var.location

  # vmProfile
  vm_size         = "Standard_DS2_v2"
  os_disk_size_gb = 256

  # communicator
  communicator   = "winrm"
  winrm_username = "packer"
  winrm_use_ssl  = true
  winrm_insecure = true # the certificate is made for this one VM
  winrm_timeout  = "10m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes: limits each Azure operation; for the whole run see MIGRATION.md
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: aibToSig
  shared_image_gallery_destination {
    subscription         = "11111111-2222-3333-4444-555555555555"
    resource_group       = "rg-gal"
    gallery_name         = "gal"
    image_name           = "def"
    image_version        = var.image_version
    storage_account_type = "Standard_LRS"

    dynamic "target_region" {
      for_each = distinct([var.location, "westeurope"])

      content {
        name     = target_region.value
        replicas = 1
      }
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
    name   = "choco"
    script = "${path.root}/scripts/01-choco.ps1"
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
      aibToSig = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-gal/providers/Microsoft.Compute/galleries/gal/images/def/versions/${var.image_version}"
    }
  }
}
