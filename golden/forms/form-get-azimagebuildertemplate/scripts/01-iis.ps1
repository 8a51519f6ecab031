Install-WindowsFeature Web-Server
