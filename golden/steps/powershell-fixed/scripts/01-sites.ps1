$sites = '[{"name":"clerks","port":8080}]' | ConvertFrom-Json
$sites | ForEach-Object { New-Website -Name $_.name -Port $_.port }
