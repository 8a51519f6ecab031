variable "location" {
  type    = string
  default = "westeurope"
}

locals {
  name = "base"
}

module "naming" {
  source  = "Azure/naming/azurerm"
  version = "~> 0.4"
}

module "image" {
  source   = "./modules/image"
  for_each = toset(["linux"])

  name     = "${local.name}-${each.key}"
  location = var.location
  group    = module.naming.resource_group_id
  packages = ["git", "make"]
}
