# The machine

variable "winrm_host" {
  type        = string
  description = "Name or address of the Windows machine to run the steps on."
}

variable "winrm_port" {
  type        = number
  default     = 5986
  description = "Port that its WinRM service listens on."
}

variable "winrm_username" {
  type        = string
  default     = "packer"
  description = "User to sign in as, an administrator."
}

variable "winrm_password" {
  type        = string
  sensitive   = true
  description = "Password of that user."
}

variable "winrm_use_ssl" {
  type        = bool
  default     = true
  description = "Use HTTPS for WinRM. For HTTP set false, and port 5985."
}

variable "winrm_insecure" {
  type        = bool
  default     = true
  description = "Accept any certificate of the machine."
}
