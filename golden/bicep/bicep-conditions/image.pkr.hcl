# Converted from main.bicep (Azure VM Image Builder, API 2022-07-01) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id

  # source
  os_type         = "Windows"
  image_publisher = "MicrosoftWindowsDesktop"
  image_offer     = "office-365"
  image_sku       = "win11-24h2-avd-m365"
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
  polling_duration_timeout = "240m"

  # distribute: desktop
  managed_image_name                = "desktop"
  managed_image_resource_group_name = var.resource_group_name
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.ps1"
    destination = "c:/DeprovisioningScript.ps1"
  }

  provisioner "powershell" {
    name   = "temp"
    script = "${path.root}/scripts/01-temp.ps1"
  }

  dynamic "provisioner" {
    for_each = var.installOffice ? [1] : []
    labels   = ["powershell"]

    content {
      name              = "office"
      elevated_user     = "SYSTEM"
      elevated_password = ""
      script            = "${path.root}/scripts/office.ps1"
    }
  }

  dynamic "provisioner" {
    for_each = var.updateWindows ? [1] : []
    labels   = ["windows-update"]

    content {
      search_criteria = "IsInstalled=0"
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
      desktop = "/subscriptions/${var.subscription_id}/resourceGroups/${var.resource_group_name}/providers/Microsoft.Compute/images/desktop"
    }
  }
}
