[System.Net.ServicePointManager]::SecurityProtocol = [System.Net.SecurityProtocolType]::Tls12
[Environment]::SetEnvironmentVariable('MODE', 'build', 'Machine')
[System.IO.File]::WriteAllText('C:\a.txt', [string]::Join(',', $args[0])]
[concat('a', 'b')]
