# Converted from template.json (Azure VM Image Builder, API 2022-07-01) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id

  # source
  os_type         = "Linux"
  image_publisher = "Canonical"
  image_offer     = "0001-com-ubuntu-server-jammy"
  image_sku       = "22_04-lts-gen2"
  image_version   = "latest"

  location = var.region

  # vmProfile
  vm_size = var.vm_size

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: runOutputName
  shared_image_gallery_destination {
    subscription   = var.subscription_id
    resource_group = var.rg_name
    gallery_name   = var.gallery_name
    image_name     = var.image_def_name
    image_version  = var.image_version

    dynamic "target_region" {
      for_each = {
        (var.region)  = 1
        (var.region2) = 2
      }

      content {
        name     = target_region.key
        replicas = target_region.value
      }
    }
  }

  azure_tags = {
    owner          = "${var.owner_name}, $${var.owner} of local.team"
    (var.tag_name) = "yes"
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
    inline = [
      "echo 'built in ${var.region} from <stdin>' > /tmp/note",
      "cat < /tmp/note",
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
    custom_data = {
      (var.run_output_name) = "/subscriptions/${var.subscription_id}/resourceGroups/${var.rg_name}/providers/Microsoft.Compute/galleries/${var.gallery_name}/images/${var.image_def_name}/versions/${var.image_version}"
    }
  }
}
