New-Item -ItemType Directory -Path C:\build -Force
Set-Content -Path C:\build\note.txt -Value 'made by a step'
