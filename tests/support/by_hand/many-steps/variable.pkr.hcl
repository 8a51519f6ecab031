variable "client_id" {
  type    = string
  default = "${env("ARM_CLIENT_ID")}"
}
variable "client_secret" {
  type      = string
  default   = "${env("ARM_CLIENT_SECRET")}"
  sensitive = true
}
variable "tenant_id" {
  type    = string
  default = "${env("ARM_TENANT_ID")}"
}
variable "subscription_id" {
  type    = string
  default = "00000000-0000-0000-0000-000000000001"
}
variable "image_os" {
  type    = string
  default = "ubuntu24"
}
variable "location" {
  type    = string
  default = "westeurope"
}
variable "vm_size" {
  type    = string
  default = "Standard_D4s_v5"
}
variable "os_disk_size_gb" {
  type    = number
  default = null
}
variable "version" {
  type    = string
  default = "1.0.0"
}
variable "azure_tags" {
  type    = map(string)
  default = { team = "web" }
}
variable "helper_folder" {
  type    = string
  default = "/imagegeneration/helpers"
}
