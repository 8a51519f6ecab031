# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

locals {
  second = "curl -fsS \"https://acct.blob.core.windows.net/c/b.sh?sv=2022-11-02&sr=b&sig=${var.signature_2}\" | sh -s ${var.target}"
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id

  # source
  os_type         = "Linux"
  image_publisher = "Canonical"
  image_offer     = "ubuntu-24_04-lts"
  image_sku       = "server"
  image_version   = "latest"

  location = "westeurope"

  # vmProfile
  vm_size = "Standard_D2s_v5"

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

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
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "shell" {
    name           = "app"
    inline_shebang = "/bin/sh -e"
    inline = [
      "curl -fsSo /tmp/a.tgz \"https://acct.blob.core.windows.net/c/a.tgz?sv=2022-11-02&sr=b&sig=${var.signature}\"",
      "tar -C ${var.target} -xzf /tmp/a.tgz",
    ]
  }

  provisioner "shell" {
    name           = "second"
    inline_shebang = "/bin/sh -e"
    inline         = [local.second]
  }

  # Generalize the VM, as Image Builder does after the last step.
  provisioner "shell" {
    name            = "generalize"
    execute_command = "chmod +x {{ .Path }}; {{ .Vars }} sudo -E sh '{{ .Path }}'"
    skip_clean      = true # deprovisioning removes the account that would clean up
    inline_shebang  = "/bin/sh -e"
    inline = [
      "rm -f \"$0\"",
      "cat /tmp/DeprovisioningScript.sh || exit 1",
      "exec sh /tmp/DeprovisioningScript.sh",
    ]
  }

  post-processor "manifest" {
    output     = "${path.root}/manifest.json"
    strip_path = true
  }
}
