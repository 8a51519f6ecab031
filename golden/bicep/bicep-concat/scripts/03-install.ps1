Expand-Archive C:\Build\app.zip C:\Build\app
Start-Process C:\Build\app\setup.exe -ArgumentList '/quiet', "/norestart" -Wait

