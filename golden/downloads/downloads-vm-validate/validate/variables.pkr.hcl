# Values from Azure

variable "check_sh_sas" {
  type        = string
  sensitive   = true
  description = "SAS token of validate.inVMValidations[0].scriptUri (without the question mark)."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
