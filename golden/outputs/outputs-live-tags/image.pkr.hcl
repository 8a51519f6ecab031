# Converted from template.json (Azure VM Image Builder, API 2022-07-01) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

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

  # distribute: image
  managed_image_name                = "base"
  managed_image_resource_group_name = "images-rg"

  # distribute: version
  shared_image_gallery_destination {
    subscription   = "00000000-0000-0000-0000-000000000001"
    resource_group = "gallery-rg"
    gallery_name   = "company"
    image_name     = "base"
    image_version  = var.image_version

    dynamic "target_region" {
      for_each = distinct(flatten([for each in [["westeurope"], var.regions] : each if each != null]))

      content {
        name     = target_region.value
        replicas = 1
      }
    }
  }

  # distribute: disk
  storage_account        = "contosodisks"
  resource_group_name    = var.vhd_storage_resource_group
  capture_container_name = "vhds"
  capture_name_prefix    = "${var.stage}/"
  temp_os_disk_name      = "base"

  # distribute: copy, other are made by az after the build

  azure_tags = merge({ team = "build" }, var.imageTags, var.versionTags)
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
      image                 = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images-rg/providers/Microsoft.Compute/images/base"
      version               = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/base/versions/${var.image_version}"
      disk                  = "https://contosodisks.blob.core.windows.net/vhds/${var.stage}/base.vhd"
      artifact_tags_0       = join("\u001e", [for name, value in var.imageTags : "${name}=${value}"])
      replication_regions_2 = join("\u001e", distinct([for r in flatten([for each in [["westeurope"], var.regions] : each if each != null]) : lower(replace(r, " ", ""))]))
      exclude_from_latest_2 = var.excluded == null ? "" : "--exclude-from-latest\u001e${var.excluded}"
      artifact_tags_2       = join("\u001e", [for name, value in merge({}, var.maybe) : "${name}=${value}"])
      exclude_from_latest_3 = (var.on ? true : null) == null ? "" : "--exclude-from-latest\u001e${var.on ? true : null}"
      artifact_tags_3       = (var.on ? var.stage : null) == null ? "" : var.on ? var.stage : null
    }
  }

  # Outputs that Packer cannot publish are made with az. Requires `az login`.
  post-processor "shell-local" {
    execute_command = ["sh", "{{.Script}}"]
    script          = "${path.root}/distribute.sh"
  }
}
