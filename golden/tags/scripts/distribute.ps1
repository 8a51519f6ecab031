# Makes the outputs that one build VM does not make by itself, from those that it made, with az: in the template's order,
# each with its own tags and regions. Packer runs this after the build; az must be signed in where it runs (az login).
# An output that fails does not hold up the others. Run by hand, scripts\distribute.ps1 goes on with the same build
# afterwards: what it made stays, what is missing is made. What became of each output: run-outputs.json.
$ErrorActionPreference = 'Stop'
$project = Split-Path $PSScriptRoot

$az = (Get-Command az -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1).Source
if (-not $az) {
  [Console]::Error.WriteLine('az is not on PATH: install the Azure CLI and sign in (az login).')
  exit 1
}

# On Windows az is a batch file, and cmd takes some characters for its own where they stand outside of quotes.
function Protect-Words([object[]] $Words) {
  foreach ($each in $Words) {
    foreach ($word in $each) {
      if ($az -notmatch '\.(cmd|bat)$' -or "$word" -notmatch '[&|<>()^"]') { "$word" }
      else { '"' + ("$word" -replace '"', '""' -replace '(\\+)$', '$1$1') + '"' }
    }
  }
}

# Without a byte order mark, which Windows PowerShell would write.
function Write-Json($Value, $Name) { [IO.File]::WriteAllText((Join-Path $project $Name), (ConvertTo-Json $Value)) }

$stateFile = 'distribute.state.json'
$state = $null
if (Test-Path -LiteralPath (Join-Path $project $stateFile)) { $state = Get-Content -Raw -Encoding UTF8 -LiteralPath (Join-Path $project $stateFile) | ConvertFrom-Json }
if ($env:PACKER_RUN_UUID -and ($null -eq $state -or $state.run -ne $env:PACKER_RUN_UUID)) {
  $given = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($env:DISTRIBUTE)) | ConvertFrom-Json
  $state = [pscustomobject]@{ run = $env:PACKER_RUN_UUID; live = $given; begun = [pscustomobject]@{} }
}
if ($null -eq $state) { throw 'Packer runs this script after a build, and there has been none here yet.' }
foreach ($each in $state.live.PSObject.Properties) { Set-Variable $each.Name $each.Value }
Write-Json $state $stateFile
if ($env:DISTRIBUTE_LATER) {
  Write-Host 'The other outputs are made later: DISTRIBUTE_LATER is set.'
  exit 0
}

# az, without what it prints; an error ends the output at hand.
function Invoke-Az([object[]] $Words) {
  $ErrorActionPreference = 'Continue'
  $Words = @(Protect-Words $Words)
  & $az @Words --only-show-errors --output none | Out-Host
  if ($LASTEXITCODE -ne 0) { throw "az $($Words[0]) $($Words[1]) ended with exit code $LASTEXITCODE." }
}

# What az says, line by line; nothing where the thing is not there.
function Get-FromAz($Query, [object[]] $Words) {
  $ErrorActionPreference = 'SilentlyContinue'
  $Words = @(Protect-Words ($Words + @('--query', $Query)))
  $lines = & $az @Words --output tsv 2> $null
  if ($LASTEXITCODE -eq 0) { return $lines }
}
$provisioning = 'provisioningState || properties.provisioningState'

# The lines of a live list.
function Split-Lines($Text) { @("$Text" -split "`n" | Where-Object { $_ -ne '' }) }

$results = New-Object System.Collections.ArrayList
function Add-Result($State) {
  [void] $results.Add([pscustomobject]@{ name = $script:name; provisioningState = $State; id = $script:id })
  Write-Host "$($script:name): $State $($script:id)"
}

# Made by the build VM itself.
function Add-Made($Name, $Id) {
  $script:name = $Name
  $script:id = $Id
  Add-Result Succeeded
}

function Add-Output($Number, $Name, [scriptblock] $Action) {
  $script:number = $Number
  $script:name = $Name
  $script:id = '-'
  $script:begun = $state.begun."output$Number"
  try { & $Action; Add-Result Succeeded }
  catch { Write-Host "${Name}: $_"; Add-Result Failed }
}

# What is found under the id from now on was made from this build.
function Set-Begun($Id) {
  $script:id = $Id
  if ($script:begun -eq $Id) { return }
  $script:begun = $Id
  $state.begun | Add-Member -Force -NotePropertyName "output$($script:number)" -NotePropertyValue $Id
  Write-Json $state $stateFile
}

function Add-Tags($Id, [object[]] $Options) {
  $script:id = $Id
  Invoke-Az (@('tag', 'update', '--resource-id', $Id, '--operation', 'Merge') + $Options)
}

Add-Output 0 'image' { Add-Tags $OUTPUT_0 @('--tags', 'owner=image team', 'stage=test') }
Add-Made 'gallery' $OUTPUT_1

$report = foreach ($each in $results) {
  $key = if ("$($each.id)" -like 'https:*') { 'artifactUri' } else { 'artifactId' }
  [pscustomobject][ordered]@{ name = $each.name; provisioningState = $each.provisioningState; $key = $each.id }
}
Write-Json @($report) run-outputs.json
Write-Host 'Run outputs:'
foreach ($each in $results) { Write-Host ('  {0,-20} {1,-10} {2}' -f $each.name, $each.provisioningState, $each.id) }
$failed = @($results | Where-Object { $_.provisioningState -ne 'Succeeded' } | ForEach-Object { $_.name })
if ($failed) {
  Write-Host "Not made: $failed. The reason stands above; scripts\distribute.ps1 goes on when it is gone."
  exit 1
}
exit 0
