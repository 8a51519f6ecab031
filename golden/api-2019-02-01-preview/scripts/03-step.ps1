Write-Output done
