# Converted from template.json (Azure VM Image Builder, API 2025-10-01) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type         = "Windows"
  image_publisher = "MicrosoftWindowsServer"
  image_offer     = "WindowsServer"
  image_sku       = "2022-datacenter-g2"
  image_version   = "latest"

  location = "westeurope"

  # vmProfile
  vm_size = "Standard_D2s_v5"

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

    target_region {
      name     = "northeurope"
      replicas = 1
    }
  }

  # distribute: there is made by az after the build
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.ps1"
    destination = "c:/DeprovisioningScript.ps1"
  }

  provisioner "powershell" {
    name   = "hello"
    script = "${path.root}/scripts/01-hello.ps1"
  }

  # Generalize the VM, as Image Builder does after the last step.
  provisioner "powershell" {
    name       = "generalize"
    skip_clean = true
    script     = "${path.root}/scripts/generalize.ps1"
  }

  # The distribute script takes its values from custom_data of the last build.
  post-processor "manifest" {
    output     = "${path.root}/manifest.json"
    strip_path = true
    custom_data = {
      gallery = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/base/versions/${var.image_version}"
    }
  }

  # Outputs that Packer cannot publish are made with az. Requires `az login`.
  post-processor "shell-local" {
    execute_command = ["sh", "{{.Script}}"]
    script          = "${path.root}/distribute.sh"
  }
}
