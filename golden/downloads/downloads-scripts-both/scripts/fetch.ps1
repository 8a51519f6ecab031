# Before `packer build`: downloads the files of scriptUri and sourceUri that are not here. Commit them, or delete one to get it again.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false # what curl cannot read may be a private blob
Set-Location -LiteralPath $PSScriptRoot
$curl = (Get-Command curl -CommandType Application | Select-Object -First 1).Source
if (-not $env:SIGNED_SH_SAS -and -not (Test-Path 'signed.sh')) { throw 'Set SIGNED_SH_SAS to the SAS token of signed.sh (without the question mark).' }
if (-not $env:SECRET_SH_URL -and -not (Test-Path 'secret.sh')) { throw 'Set SECRET_SH_URL to the URL of secret.sh.' }

function Get-Value($Expression) { # Packer reads the values of the project
  $value = ($Expression | packer console ..) -join "`n"
  if ($LASTEXITCODE -ne 0) { throw $value }
  if ($value -match '<') { throw "$Expression has no value yet: set it in values.auto.pkrvars.hcl." }
  $value
}

function Test-File($File, $Sha256) { # whether it is there, with its checksum
  (Test-Path -LiteralPath $File) -and (-not $Sha256 -or (Get-FileHash -LiteralPath $File -Algorithm SHA256).Hash -eq $Sha256)
}

function Get-File($Url, $File, $Sha256) { # the URL goes to curl's input, where no other user can read it
  if (Test-File $File $Sha256) { return }
  Write-Output $File
  "url = ""$Url""" | & $curl --fail --silent --show-error --location --proto '=https' --retry 5 --config '-' --output "$File.part"
  # A private blob is read with the sign-in of the az command.
  if ($LASTEXITCODE -ne 0 -and $Url -match '^https://[a-z0-9.]+\.blob\.core\.windows\.net/[^?]*$') {
    az storage blob download --auth-mode login --blob-url $Url --file "$File.part" --output none
  }
  if ($LASTEXITCODE -ne 0) { throw "$File was not downloaded." }
  if (-not (Test-File "$File.part" $Sha256)) { throw "The sha256 of $File is not $Sha256." }
  Move-Item -Force "$File.part" $File
}

Get-File 'https://files.example.com/it''s%20known.sh' 'it-s-known.sh' '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
$url = Get-Value '"https://${var.account}.blob.core.windows.net/scripts/computed.sh"'
$sum = Get-Value 'var.sha256'
Get-File $url 'computed.sh' $sum
Get-File "https://contoso.blob.core.windows.net/scripts/signed.sh?${env:SIGNED_SH_SAS}" 'signed.sh'
Get-File $env:SECRET_SH_URL 'secret.sh'
