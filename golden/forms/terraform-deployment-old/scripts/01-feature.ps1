Install-WindowsFeature -Name Web-Server
