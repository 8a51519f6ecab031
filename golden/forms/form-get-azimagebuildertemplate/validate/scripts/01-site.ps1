Get-Website
