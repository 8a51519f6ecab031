# Parameters of the template

variable "agentKey" {
  type        = string
  sensitive   = true
  description = "Key of the agent."
}

variable "account" {
  sensitive   = true
  description = "The template's parameter account. Set it in a .pkrvars.hcl file: -var would hand it on as a text."
}
