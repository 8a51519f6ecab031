locals {
  prefix     = "app-${lower(var.environment)}"
  image_name = format("%s-ubuntu", local.prefix)
  base_steps = [
    {
      type   = "Shell"
      name   = "packages"
      inline = ["sudo apt-get install -y ${join(" ", var.packages)}"]
    }
  ]
  extra_steps = var.environment == "prod" ? [{ type = "Shell", name = "harden", inline = ["sudo /opt/harden.sh"] }] : []
}
