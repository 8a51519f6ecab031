# Parameters of the template

variable "identities" {
  type        = list(string)
  default     = ["/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/identity-rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/blob-reader"]
  description = "Id of the identity of the build VM."
}

variable "checksum" {
  type        = string
  description = "SHA-256 of the file of step set up."
}

variable "project" {
  type        = string
  default     = "Contoso"
  description = "Part of the URL of the file of step set up, the file of step licensed and the file of step tool, used in step tool."
}

variable "sasToken" {
  type        = string
  sensitive   = true
  description = "Part of the URL of the file of step licensed."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by WinRM. Default: any."
}
