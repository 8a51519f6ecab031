# Converted from infra (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id

  # source
  os_type         = "Linux"
  image_publisher = "Canonical"
  image_offer     = var.images.noble.offer
  image_sku       = var.images.noble.sku
  image_version   = "latest"

  location = "westeurope"

  # vmProfile
  vm_size = var.images.noble.size

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: noble
  shared_image_gallery_destination {
    subscription   = var.subscription_id
    resource_group = "rg-images"
    gallery_name   = "gal"
    image_name     = "def-noble"
    image_version  = var.image_version

    target_region {
      name     = "westeurope"
      replicas = 1
    }
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
    name           = "curl"
    inline_shebang = "/bin/sh -e"
    inline         = ["sudo apt-get install -y curl"]
  }

  provisioner "shell" {
    name           = "jq"
    inline_shebang = "/bin/sh -e"
    inline         = ["sudo apt-get install -y jq"]
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
      noble = "/subscriptions/${var.subscription_id}/resourceGroups/rg-images/providers/Microsoft.Compute/galleries/gal/images/def-noble/versions/${var.image_version}"
    }
  }
}
