# Packer reads this file by itself. Uncomment each line and fill it in.

# location        = "" # The template's #{location}#, in location and 1 more.
# vm_size         = "" # The template's {{ vmSize }}, in vmProfile.vmSize.
# image_name      = "" # The template's __imageName__, in name and 1 more.
# resource_group  = "" # The template's __resourceGroup__, in distribute[0].imageId.
# run_output_name = "" # The template's $(runOutputName), in distribute[0].runOutputName.
