variable "project" {
  type = string
}

variable "names" {
  type    = list(string)
  default = ["b", "a", "b"]
}

variable "settings" {
  type = object({
    size = string
    tags = map(string)
  })
  default = {
    size = "Standard_D2s_v5"
    tags = { team = "one" }
  }
}

variable "build_number" {
  type    = number
  default = 7
}

locals {
  short   = substr(lower(replace(var.project, "_", "-")), 0, 8)
  regions = distinct(["westeurope", "northeurope", "westeurope"])
  group   = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-${local.short}"
  label   = format("%s-%03d", "release", 12)
  steps   = { first = ["echo ${upper(var.project)}"], second = ["echo ${join(",", sort(var.names))}", "echo ${title("big words")}"] }
}

resource "azapi_resource" "image" {
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"
  name      = trimsuffix("functions-x", "-x")
  location  = local.regions[0]
  parent_id = local.group
  body = {
    properties = {
      vmProfile = {
        vmSize       = var.settings.size
        osDiskSizeGB = 30 + 2 * 5
      }
      source = {
        type = "PlatformImage", publisher = "Canonical", offer = "ubuntu-24_04-lts", sku = "server", version = "latest"
      }
      customize = [
        for name, lines in local.steps : {
          type   = "Shell"
          name   = name
          inline = concat(lines, ["echo build ${var.build_number}", "echo ${uuid()}"])
        }
      ]
      distribute = [
        {
          type               = "SharedImage"
          galleryImageId     = "${local.group}/providers/Microsoft.Compute/galleries/gal/images/${coalesce("", local.label)}"
          runOutputName      = try(local.steps.third[0], "out")
          replicationRegions = local.regions
          artifactTags       = merge(var.settings.tags, { label = local.label, big = length(var.project) > 8 ? "yes" : "no" })
        }
      ]
    }
  }
}
