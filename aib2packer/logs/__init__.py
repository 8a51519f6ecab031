"""This folder knows what the logs of Image Builder and of Packer say: the steps that ran, how they ended, what was published."""
