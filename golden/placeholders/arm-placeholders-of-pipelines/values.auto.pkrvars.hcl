# Packer reads this file automatically. Uncomment each line and fill it in.

# location        = "" # #{location}# in the template: region of the build and the managed image, used in step configure.
# vm_size         = "" # {{ vmSize }} in the template: size of the build VM.
# image_name      = "" # __imageName__ in the template: name of the managed image.
# resource_group  = "" # __resourceGroup__ in the template: resource group of the managed image.
# run_output_name = "" # $(runOutputName) in the template: name of the output.
