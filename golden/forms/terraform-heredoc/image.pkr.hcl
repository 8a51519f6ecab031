# Converted from infra (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

locals {
  subnet = split("/", var.subnet_id)
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = local.subnet[2]

  # source
  os_type         = "Windows"
  image_publisher = "MicrosoftWindowsDesktop"
  image_offer     = "windows-11"
  image_sku       = "win11-24h2-avd"
  image_version   = "latest"

  location = var.location

  # vmProfile
  vm_size                             = "Standard_D4s_v5"
  os_disk_size_gb                     = var.disk_gb
  virtual_network_name                = local.subnet[8]
  virtual_network_subnet_name         = local.subnet[10]
  virtual_network_resource_group_name = local.subnet[4]

  # communicator
  communicator   = "winrm"
  winrm_username = "packer"
  winrm_use_ssl  = true
  winrm_insecure = true # the certificate is made for this one VM
  winrm_timeout  = "10m"

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: win11
  shared_image_gallery_destination {
    subscription   = var.subscription_id
    resource_group = "rg-img"
    gallery_name   = "shared"
    image_name     = "win11"
    image_version  = var.image_version

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
    name              = "harden"
    elevated_user     = build.User
    elevated_password = build.Password
    script            = "${path.root}/scripts/01-harden.ps1"
  }

  # Lines with values of the build: Packer fills them in and uploads them, and the step below runs them.
  provisioner "file" {
    content     = "Write-Host $${env:COMPUTERNAME}\nWrite-Host \"disk ${var.disk_gb}\"\n"
    destination = "c:/Windows/Temp/aib2packer-02.ps1"
  }

  provisioner "powershell" {
    name   = "env"
    script = "${path.root}/scripts/02-env.ps1"
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
      win11 = "/subscriptions/${var.subscription_id}/resourceGroups/rg-img/providers/Microsoft.Compute/galleries/shared/images/win11/versions/${var.image_version}"
    }
  }
}
