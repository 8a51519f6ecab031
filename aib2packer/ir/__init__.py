"""The intermediate representation: an image template in plain words, frozen; it knows neither JSON nor Packer."""
