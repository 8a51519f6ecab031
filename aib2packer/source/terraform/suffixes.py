"""How the names of Terraform's files end."""

SUFFIXES = (".tf", ".tf.json")
