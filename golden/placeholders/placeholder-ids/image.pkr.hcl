# Converted from template.json (Azure VM Image Builder, API 2020-02-14) by aib2packer; differences: MIGRATION.md.

locals {
  source_gallery = split("/", replace(var.image_version_id, "/versions/latest", ""))
  subnet         = split("/", var.subnet_id)
  gallery        = split("/", var.gallery_image_id)
  vhd            = split("/", var.vhd_uri)

  # Image Builder's version numbers: 0.<seconds / 65536>.<seconds % 65536> since 1970.
  now           = rfc3339_parse(timestamp()).unix
  image_version = var.image_version != null ? var.image_version : coalesce(try(local.gallery[12], null), format("0.%d.%d", floor(local.now / 65536), local.now % 65536))
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = local.subnet[2]

  # source
  os_type = "Linux"

  shared_image_gallery {
    subscription   = local.source_gallery[2]
    resource_group = local.source_gallery[4]
    gallery_name   = local.source_gallery[8]
    image_name     = local.source_gallery[10]
    image_version  = try(local.source_gallery[12], null)
  }

  location = "westeurope"

  # vmProfile
  vm_size                             = "Standard_D2s_v5"
  virtual_network_name                = local.subnet[8]
  virtual_network_subnet_name         = local.subnet[10]
  virtual_network_resource_group_name = local.subnet[4]

  # communicator
  ssh_timeout = "20m"

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: gallery
  shared_image_gallery_destination {
    subscription   = local.gallery[2]
    resource_group = local.gallery[4]
    gallery_name   = local.gallery[8]
    image_name     = local.gallery[10]
    image_version  = local.image_version

    target_region {
      name     = "westeurope"
      replicas = 1
    }
  }

  # distribute: disk
  storage_account        = split(".", local.vhd[2])[0]
  resource_group_name    = var.vhd_storage_resource_group
  capture_container_name = local.vhd[3]
  capture_name_prefix    = replace(join("/", slice(local.vhd, min(4, length(local.vhd)), length(local.vhd))), reverse(split("/", var.vhd_uri))[0], "")
  temp_os_disk_name      = replace(reverse(split("/", var.vhd_uri))[0], ".vhd", "")
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

  post-processor "manifest" {
    output     = "${path.root}/manifest.json"
    strip_path = true
    custom_data = {
      gallery = "/subscriptions/${local.gallery[2]}/resourceGroups/${local.gallery[4]}/providers/Microsoft.Compute/galleries/${local.gallery[8]}/images/${local.gallery[10]}/versions/${local.image_version}"
      disk    = var.vhd_uri
    }
  }
}
