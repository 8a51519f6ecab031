# Packer reads this file automatically. Uncomment each line and fill it in.

# region          = "" # <region> in the template: region of the build and the gallery version, used in step greet.
# vm_size         = "" # <vmSize> in the template: size of the build VM.
# subscription_id = "" # <subscriptionID> in the template: subscription of the image definition.
# rg_name         = "" # <rgName> in the template: resource group of the image definition.
# gallery_name    = "" # <galleryName> in the template: gallery of the image definition.
# image_def_name  = "" # <imageDefName> in the template: name of the image definition.
# region2         = "" # <region2> in the template: region of the gallery version.
# run_output_name = "" # <runOutputName> in the template: name of the output.
# owner_name      = "" # <owner name> in the template: tag owner.
# tag_name        = "" # <tagName> in the template: key of a tag.
