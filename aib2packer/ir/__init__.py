"""The intermediate representation is an image template in plain words, frozen; it knows neither JSON nor Packer."""
