try { & 'c:/Windows/Temp/aib2packer-01.ps1' } finally { Remove-Item -Force 'c:/Windows/Temp/aib2packer-01.ps1' }
exit $LastExitCode
