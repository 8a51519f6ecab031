# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

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

  # buildTimeoutInMinutes: limits each Azure operation; for the whole run see MIGRATION.md
  polling_duration_timeout     = "120m"
  shared_image_gallery_timeout = "120m"

  # distribute: gallery
  shared_image_gallery_destination {
    subscription   = "00000000-0000-0000-0000-000000000001"
    resource_group = "images-rg"
    gallery_name   = var.gallery
    image_name     = "web"
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

  shared_gallery_image_version_exclude_from_latest = var.unvalidated # run.sh sets it until the validators have passed

  # distribute: copy is made by az after the build
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "shell" {
    name   = "agent"
    script = "${path.root}/scripts/agent.sh"
  }

  provisioner "shell" {
    name           = "license"
    inline_shebang = "/bin/sh -e"
    inline         = ["sudo agent activate ${var.licenseKey}"]
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
      gallery = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images-rg/providers/Microsoft.Compute/galleries/${var.gallery}/images/web/versions/${var.image_version}"
    }
  }
}
