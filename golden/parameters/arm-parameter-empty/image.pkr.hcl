# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

locals {
  subnet = split("/", var.subnetId)
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type         = "Linux"
  image_publisher = "canonical"
  image_offer     = "ubuntu-24_04-lts"
  image_sku       = "server"
  image_version   = "latest"

  location = var.location

  # vmProfile
  vm_size                             = "Standard_D2s_v5"
  virtual_network_name                = local.subnet[8]
  virtual_network_subnet_name         = local.subnet[10]
  virtual_network_resource_group_name = local.subnet[4]

  # communicator
  ssh_timeout = "20m"

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout = "240m"

  # distribute: image
  managed_image_name                = "web${var.suffix}"
  managed_image_resource_group_name = var.group

  azure_tags = {
    owner = var.owner
  }
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "shell" {
    name           = "greet"
    inline_shebang = "/bin/sh -e"
    inline         = [var.identityName == "" ? "echo nobody" : "echo ${var.identityName}"]
  }

  provisioner "shell" {
    name   = "proxy"
    script = "${path.root}/scripts/script.sh"
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
    custom_data = {
      image = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/${var.group}/providers/Microsoft.Compute/images/web${var.suffix}"
    }
  }
}
