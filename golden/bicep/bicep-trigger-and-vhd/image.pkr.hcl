# Converted from main.bicep (Azure VM Image Builder, API 2022-02-14) by aib2packer; differences: MIGRATION.md.

locals {
  # Packer deletes the intermediate managed image with this group.
  temporary_group = "pkr-Resource-Group-${substr(uuidv4(), 0, 8)}"
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id

  # source
  os_type                                  = "Linux"
  custom_managed_image_name                = var.sourceImage
  custom_managed_image_resource_group_name = "rg-lab"

  location = var.location

  # vmProfile
  vm_size = "Standard_D2ds_v4" # starts Gen1 and Gen2 images

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout = "240m"

  # distribute: lab
  storage_account        = var.vhd_storage_account
  resource_group_name    = var.vhd_storage_resource_group
  capture_container_name = var.vhd_container
  capture_name_prefix    = "lab-"

  # intermediate managed image: the plugin requires one if the source is one
  temp_resource_group_name          = local.temporary_group
  managed_image_name                = "intermediate"
  managed_image_resource_group_name = local.temporary_group
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "file" {
    name        = "data"
    source      = "${path.root}/scripts/lab.tgz"
    destination = "/tmp/lab.tgz"
  }

  provisioner "shell" {
    name           = "unpack"
    inline_shebang = "/bin/sh -e"
    inline = [
      "sudo tar -C /opt -xzf /tmp/lab.tgz",
      "echo \"it's ${var.sourceImage}\"",
    ]
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
