# Values from Azure

variable "setup_ps1_sas" {
  type        = string
  sensitive   = true
  description = "SAS token of customize[0].scriptUri (without the question mark)."
}

variable "setup_ps1_sas_2" {
  type        = string
  sensitive   = true
  description = "SAS token of customize[1].scriptUri (without the question mark)."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by WinRM. Default: any."
}
