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

  location = "westeurope"

  # vmProfile
  vm_size = "Standard_D2s_v5"

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: say from where it may be reached.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes: 240 unless the template says otherwise
  polling_duration_timeout = "240m"

  # the VM is deleted, and no image is made of it
  skip_create_image                 = true
  managed_image_name                = "not-made" # never made, but the plugin wants its name
  managed_image_resource_group_name = "images-rg"
}

build {
  sources = ["source.azure-arm.image"]

  provisioner "file" {
    name        = "checks"
    source      = "${path.root}/scripts/checks.tar"
    destination = "/tmp/checks.tar"
  }

  provisioner "shell" {
    name           = "lines"
    inline_shebang = "/bin/sh -e"
    inline = [
      "test -d /tmp",
    ]
  }

  provisioner "shell" {
    name   = "script"
    script = "${path.root}/scripts/check.sh"
  }
}
