# What only Azure knows

variable "check_sh_sas" {
  type        = string
  sensitive   = true
  description = "Shared access signature of validate.inVMValidations[0].scriptUri, for check.sh: what stands behind the question mark of the address."
}
