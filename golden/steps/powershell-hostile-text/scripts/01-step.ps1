$text = @"
  "quoted" ${env:TEMP} $(1 + 1) `t {{.Names}} %{ if }
"@

Write-Output $text
Write-Output 'café 🚀 \\server\share'
	if ($true) { Write-Output "tab" }
