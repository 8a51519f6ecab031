# Converted from infra (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id

  # source
  os_type         = "Linux"
  image_publisher = "Canonical"
  image_offer     = "ubuntu-24_04-lts"
  image_sku       = "server"
  image_version   = "latest"

  location = var.images_location

  # vmProfile
  vm_size                             = "Standard_D2s_v5"
  virtual_network_name                = "vnet-build"
  virtual_network_subnet_name         = "snet-build"
  virtual_network_resource_group_name = "rg-network"

  # communicator
  ssh_timeout = "20m"

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: out
  shared_image_gallery_destination {
    subscription   = var.subscription_id
    resource_group = "rg-images"
    gallery_name   = "gal${var.suffix_result}"
    image_name     = "def"
    image_version  = var.image_version

    target_region {
      name     = var.images_location
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
    name   = "setup"
    script = "${path.root}/scripts/setup.sh"
  }

  provisioner "shell" {
    name           = "login"
    inline_shebang = "/bin/sh -e"
    inline         = ["login ${var.registry_result}"]
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
      out = "/subscriptions/${var.subscription_id}/resourceGroups/rg-images/providers/Microsoft.Compute/galleries/gal${var.suffix_result}/images/def/versions/${var.image_version}"
    }
  }
}
