# Parameters of the template

variable "identities" {
  type        = list(string)
  default     = ["/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/identity-rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/blob-reader"]
  description = "The template's parameter identities."
}

variable "checksum" {
  type        = string
  description = "The template's parameter checksum."
}

variable "project" {
  type        = string
  default     = "Contoso"
  description = "The template's parameter project."
}

variable "sasToken" {
  type        = string
  sensitive   = true
  description = "The template's parameter sasToken."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by WinRM. Default: any."
}
