Write-Output 'as the login user'
