# Packer reads this file automatically. Uncomment each line and fill it in.

project = "My_Project_Two"

# uuid_result = "" # Value of uuid() in Terraform: `terraform console` prints it.
