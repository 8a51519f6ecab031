# The machine

variable "ssh_host" {
  type        = string
  description = "Name or address of the Linux machine to run the steps on."
}

variable "ssh_port" {
  type        = number
  default     = 22
  description = "Port that its SSH server listens on."
}

variable "ssh_username" {
  type        = string
  default     = "packer"
  description = "User to sign in as; it needs sudo without a password."
}

variable "ssh_private_key_file" {
  type        = string
  description = "File with the private key of that user."
}

# Parameters of the template

variable "greeting" {
  type        = string
  default     = "hello"
  description = "Used in step hello and step greets."
}

variable "deepChecks" {
  type        = bool
  default     = false
  description = "Condition of step 2."
}
