# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer.
# The validators, run in a VM that is deleted afterwards; when to build this, and what differs: ../MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = var.use_azure_cli_auth
  client_id          = var.client_id
  client_secret      = var.client_secret
  tenant_id          = var.tenant_id
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type                                  = "Linux"
  custom_managed_image_name                = "base"
  custom_managed_image_resource_group_name = "images-rg"

  # vmProfile
  location    = "westeurope"
  vm_size     = "Standard_D2ds_v4"
  ssh_timeout = "20m"

  # buildTimeoutInMinutes: 240 unless the template says otherwise
  polling_duration_timeout = "240m"

  # the VM is deleted, and no image is made of it
  skip_create_image                 = true
  managed_image_name                = "not-made" # never made, but the plugin wants its name
  managed_image_resource_group_name = "images-rg"
}

build {
  sources = ["source.azure-arm.image"]

  provisioner "shell" {
    name   = "same"
    script = "${path.root}/../scripts/configure.sh"
  }

  provisioner "shell" {
    name   = "check"
    script = "${path.root}/../scripts/check.sh"
  }
}
