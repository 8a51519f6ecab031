# Packer reads this file automatically. Uncomment each line and fill it in.

# uuid_result = "" # Value of uuid() in Terraform: `terraform console` prints it.

project = "My_Project_Two"
