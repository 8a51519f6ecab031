# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

locals {
  scripts = "https://${var.scriptAccount}.blob.core.usgovcloudapi.net/scripts/"
}

source "azure-arm" "image" {
  use_azure_cli_auth     = true
  cloud_environment_name = "USGovernment" # the cloud of the region
  subscription_id        = "00000000-0000-0000-0000-000000000000"

  # source
  os_type         = "Linux"
  image_publisher = "Canonical"
  image_offer     = "0001-com-ubuntu-server-jammy"
  image_sku       = "22_04-lts-gen2"
  image_version   = "latest"

  location = var.location

  # vmProfile
  vm_size = "Standard_D2ds_v4" # Image Builder's default

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: clerks-version
  shared_image_gallery_destination {
    subscription   = "00000000-0000-0000-0000-000000000000"
    resource_group = "images"
    gallery_name   = "offices"
    image_name     = "clerks"
    image_version  = var.image_version

    dynamic "target_region" {
      for_each = distinct([lower(replace(var.location, " ", "")), "usgovarizona"])

      content {
        name     = target_region.value
        replicas = 1
      }
    }
  }

  # distribute: clerks-disk
  storage_account        = "contosodisks"
  resource_group_name    = var.vhd_storage_resource_group
  capture_container_name = "images"
  temp_os_disk_name      = "clerks"

  # distribute: clerks-spare is made by az after the build
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "shell" {
    name   = "set up"
    script = "${path.root}/scripts/set-up.sh"
  }

  provisioner "shell" {
    name           = "remember the cloud"
    inline_shebang = "/bin/sh -e"
    inline         = ["echo AzureUSGovernment https://management.usgovcloudapi.net/ | sudo tee /etc/cloud-of-this-image"]
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

  # The distribute script takes its values from custom_data of the last build.
  post-processor "manifest" {
    output     = "${path.root}/manifest.json"
    strip_path = true
    custom_data = {
      clerks-version      = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/images/providers/Microsoft.Compute/galleries/offices/images/clerks/versions/${var.image_version}"
      clerks-disk         = "https://contosodisks.blob.core.usgovcloudapi.net/images/clerks.vhd"
      vhd_storage_account = var.vhd_storage_account
      vhd_container       = var.vhd_container
    }
  }

  # Outputs that Packer cannot publish are made with az. Requires `az login`.
  post-processor "shell-local" {
    execute_command = ["sh", "{{.Script}}"]
    script          = "${path.root}/distribute.sh"
  }
}
