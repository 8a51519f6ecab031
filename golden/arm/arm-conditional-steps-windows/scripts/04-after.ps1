Get-HotFix
