variable "subscription_id" {
  type    = string
  default = "11111111-2222-3333-4444-555555555555"
}
