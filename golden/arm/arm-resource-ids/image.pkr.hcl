# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

locals {
  managed_image = split("/", var.imageId)
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = local.managed_image[2]

  # source
  os_type = "Linux"

  shared_image_gallery {
    subscription   = "00000000-0000-0000-0000-000000000002"
    resource_group = "rg-shared"
    gallery_name   = var.gallery
    image_name     = "ubuntu"
  }

  build_resource_group_name = var.staging # the build runs in its region

  # vmProfile
  vm_size = "Standard_D2s_v5"
  user_assigned_managed_identities = [
    "/subscriptions/${var.subscription_id}/resourceGroups/${var.resource_group_name}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-vm",
  ]
  virtual_network_name                = var.network
  virtual_network_subnet_name         = "build"
  virtual_network_resource_group_name = "rg-network"

  # communicator
  ssh_timeout = "20m"

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout = "240m"

  # distribute: imageId
  managed_image_name                = local.managed_image[8]
  managed_image_resource_group_name = local.managed_image[4]

  azure_tags = {
    role   = "/subscriptions/${var.subscription_id}/resourceGroups/${var.resource_group_name}/providers/Microsoft.Authorization/roleAssignments/${uuidv5("11fb06fb-712d-4ddd-98c7-e71bbd588830", var.gallery)}"
    tenant = var.tenant_id
    group  = "/subscriptions/${var.subscription_id}/resourceGroups/${var.resource_group_name}"
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
    name           = "configure"
    inline_shebang = "/bin/sh -e"
    inline = [
      "sudo apt-get update",
      "sudo apt-get install -y nginx",
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
      (reverse(split("/", var.imageId))[0]) = var.imageId
    }
  }
}
