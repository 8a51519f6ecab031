Rename-Computer -NewName box
