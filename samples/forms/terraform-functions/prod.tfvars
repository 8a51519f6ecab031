project = "My_Project_Two"
names = ["z", "y"]
