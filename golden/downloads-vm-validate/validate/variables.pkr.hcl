# What only Azure knows

variable "check_sh_sas" {
  type        = string
  sensitive   = true
  description = "SAS token of validate.inVMValidations[0].scriptUri, which follows the question mark."
}
