# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

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
  vm_size                             = "Standard_D2s_v5"
  virtual_network_name                = "build"
  virtual_network_subnet_name         = "build"
  virtual_network_resource_group_name = "net"

  # communicator
  communicator   = "winrm"
  winrm_username = "packer"
  winrm_use_ssl  = true
  winrm_insecure = true # the certificate is made for this one VM
  winrm_timeout  = "10m"

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout = "240m"

  # distribute: disk
  storage_account        = var.vhd_storage_account
  resource_group_name    = var.vhd_storage_resource_group
  capture_container_name = var.vhd_container
  capture_name_prefix    = "disk-"
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.ps1"
    destination = "c:/DeprovisioningScript.ps1"
  }

  # Lines with values of the build: Packer fills them in and uploads them, and the step below runs them.
  provisioner "file" {
    content     = "Invoke-WebRequest -Uri 'https://contoso.blob.core.windows.net/files/tools.zip?sp=r&sv=2024-01-01&sr=b&sig=${var.signature}' -OutFile C:\\a.zip\nWrite-Host 'from https://contoso.blob.core.windows.net/files/tools.zip?sp=r&sv=2024-01-01&sr=b&sig=${var.signature}'\n"
    destination = "c:/Windows/Temp/aib2packer-01.ps1"
  }

  provisioner "powershell" {
    name              = "zip"
    elevated_user     = "SYSTEM"
    elevated_password = ""
    script            = "${path.root}/scripts/01-zip.ps1"
  }

  # Lines with values of the build: Packer fills them in and uploads them, and the step below runs them.
  provisioner "file" {
    content     = "curl.exe -O 'https://contoso.blob.core.windows.net/b?sig=${var.signature_2}'\n"
    destination = "c:/Windows/Temp/aib2packer-02.ps1"
  }

  provisioner "powershell" {
    name   = "other"
    script = "${path.root}/scripts/02-other.ps1"
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
  }
}
