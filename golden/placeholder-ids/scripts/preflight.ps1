# Looks, with az, for what must be there before the first build, and says what is missing and how to make it.
# With $env:BUILDER = '<object id of the user or service principal that builds>' it looks at the roles, too.
$ErrorActionPreference = 'Stop'

$az = (Get-Command az -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1).Source
if (-not $az) {
  [Console]::Error.WriteLine('az is not on PATH: install the Azure CLI and sign in (az login).')
  exit 1
}

# On Windows az is a batch file, and cmd takes some characters for its own where they stand outside of quotes; the value of a
# variable it puts in anywhere, and there is no way to say that it must not.
function Protect-Words([object[]] $Words) {
  $isBatch = $az -match '\.(cmd|bat)$'
  foreach ($each in $Words) {
    foreach ($word in $each) {
      if ($isBatch -and "$word" -match '%([^%:]+)(:[^%]*)?%' -and [Environment]::GetEnvironmentVariable($Matches[1])) {
        throw "az would read a variable in $($Matches[0]): use another text, or build on another system."
      }
      if (-not $isBatch -or "$word" -notmatch '[&|<>()^"]') { "$word" }
      else { '"' + ("$word" -replace '"', '""' -replace '(\\+)$', '$1$1') + '"' }
    }
  }
}

function Get-Input($Name, $Default, $What) {
  $value = [Environment]::GetEnvironmentVariable($Name)
  if ($value) { return $value }
  if ($null -ne $Default) { return $Default }
  [Console]::Error.WriteLine("Set the environment variable $Name first: $What")
  exit 1
}

$PKR_VAR_subnet_id = Get-Input PKR_VAR_subnet_id $null 'The template''s <subnetId>, in vmProfile.vnetConfig.subnetId.'

$script:missing = 0
function Write-Missing($What, $Remedy) {
  Write-Output "missing  $What" "         $Remedy"
  $script:missing = 1
}

# What cannot be looked for.
function Write-Unknown($What, $Why) { Write-Output "unknown  $What" "         $Why" }

& $az account show --only-show-errors --output none 2> $null
if ($LASTEXITCODE -ne 0) {
  Write-Missing 'a signed-in az' 'az login'
  exit 1
}
Write-Output 'there    a signed-in az'
Write-Unknown 'the source image definition ...' 'The template computes its name: look for it yourself.'
Write-Unknown 'the subnet ...' 'The template computes its name: look for it yourself.'
Write-Unknown 'the resource group ...' 'The template computes its name: look for it yourself.'
Write-Unknown 'the gallery ...' 'The template computes its name: look for it yourself.'
Write-Unknown 'the image definition .../...' 'The template computes its name: look for it yourself.'
Write-Unknown 'the container ... in the storage account ...' 'The template computes its name: look for it yourself.'
exit $missing
