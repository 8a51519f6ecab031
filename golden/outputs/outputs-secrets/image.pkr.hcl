# Converted from template.json (Azure VM Image Builder, API 2022-07-01) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscriptionId

  # source
  os_type         = "Linux"
  image_publisher = "Canonical"
  image_offer     = "0001-com-ubuntu-server-jammy"
  image_sku       = "22_04-lts-gen2"
  image_version   = "latest"

  location = "westeurope"

  # vmProfile
  vm_size = "Standard_D2s_v5"

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: native
  shared_image_gallery_destination {
    subscription   = var.subscriptionId
    resource_group = "gallery-rg"
    gallery_name   = "company"
    image_name     = "base"
    image_version  = var.image_version

    target_region {
      name     = "westeurope"
      replicas = 1
    }
  }

  # distribute: copy is made by az after the build

  azure_tags = {
    "cost center" = var.costCenter
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
    name           = "hello"
    inline_shebang = "/bin/sh -e"
    inline         = ["echo hello"]
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
      native = "/subscriptions/${var.subscriptionId}/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/base/versions/${var.image_version}"
    }
  }

  # Outputs that Packer cannot publish are made with az. Requires `az login`.
  post-processor "shell-local" {
    execute_command = ["sh", "{{.Script}}"]
    script          = "${path.root}/distribute.sh"
  }
}
