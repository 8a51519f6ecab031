# Secrets are not written here. Set them in the environment: PKR_VAR_setup_sh_sas, PKR_VAR_setup_sh_sas_2
