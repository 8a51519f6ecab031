# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type         = "Linux"
  image_publisher = "canonical"
  image_offer     = "ubuntu-24_04-lts"
  image_sku       = "server"
  image_version   = "latest"

  location = "westeurope"

  # vmProfile
  vm_size         = "Standard_D2s_v5"
  os_disk_size_gb = 64

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout = "240m"

  # distribute: base-image
  managed_image_name                = "base-image"
  managed_image_resource_group_name = "rg-images"
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
      "echo concat: ${var.name}-${var.number}",
      "echo format: ${var.name}/${var.number}/${var.name}",
      "echo pad: ${"${join("", [for i in range(0, max(0, 3 - length(convert(var.number, string)))) : "0"])}${var.number}"}",
      "echo lower: ${lower(var.text)}",
      "echo upper: ${upper(var.text)}",
      "echo trim: ${trimspace(var.text)}",
      "echo replace: ${replace(var.text, "l", "L")}",
      "echo substring: ${substr(var.name, 1, 2)}",
      "echo take: ${substr(var.name, 0, 3)}",
      "echo skip: ${substr(var.name, min(3, length(var.name)), -1)}",
      "echo split: ${reverse(split(",", var.text))[0]}",
      "echo join: ${join(";", split(",", var.text))}",
      "echo length: ${length(var.name)}",
      "echo index: ${strcontains(lower(var.name), "a") ? length(split("a", lower(var.name))[0]) : -1}",
      "echo last index: ${strcontains(lower(var.name), "a") ? length(lower(var.name)) - 1 - length(reverse(split("a", lower(var.name)))[0]) : -1}",
      "echo starts: ${startswith(lower(var.name), "im") ? "True" : "False"}",
      "echo ends: ${endswith(lower(var.name), "ge") ? "True" : "False"}",
      "echo contains: ${strcontains(var.name, "ag") ? "True" : "False"}",
      "echo guid: ${uuidv5("11fb06fb-712d-4ddd-98c7-e71bbd588830", "${var.name}-x")}",
      "echo first: ${substr(var.name, 0, 1)}",
      "echo empty: ${var.name == "" ? "True" : "False"}",
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
      base-image = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-images/providers/Microsoft.Compute/images/base-image"
    }
  }
}
