New-Item C:\Temp -ItemType Directory -Force
Write-Output "FSLogix"
