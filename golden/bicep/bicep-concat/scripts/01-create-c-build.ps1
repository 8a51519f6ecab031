New-Item -ItemType Directory -Path C:\Build -Force | Out-Null
