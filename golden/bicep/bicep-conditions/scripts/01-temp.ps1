New-Item C:\Temp -ItemType Directory -Force
