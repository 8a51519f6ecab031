[System.Net.ServicePointManager]::SecurityProtocol = [System.Net.SecurityProtocolType]::Tls12
[Environment]::SetEnvironmentVariable('MODE', 'build', 'Machine')
