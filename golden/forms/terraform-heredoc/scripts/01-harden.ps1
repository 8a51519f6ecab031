Set-Service -Name Spooler -StartupType Disabled
