# Packer reads this file automatically. Uncomment each line and fill it in.

# location    = "" # @@LOCATION@@ in the template: region of the build and the managed image.
# vm_size     = "" # %VM_SIZE% in the template: size of the build VM.
# vnet_name   = "" # $vnetName in the template: virtual network of the subnet.
# subnet_name = "" # ${subnet_name} in the template: name of the subnet.
# image_name  = "" # $imageName in the template: name of the managed image.
# group       = "" # $group in the template: resource group of the managed image.
