# Makes the outputs that one build VM does not make by itself, from those that it made, with az: in the template's order,
# each with its own tags and regions. Packer runs this after the build; az must be signed in where it runs (az login).
# An output that fails does not hold up the others. Run by hand, scripts\distribute.ps1 goes on with the same build
# afterwards: what it made stays, what is missing is made. What became of each output: run-outputs.json, manifest.json.
$ErrorActionPreference = 'Stop'
$project = Split-Path $PSScriptRoot

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
      if ($isBatch -and "$word" -match '[\r\n]') { throw "az would read the first line only of ""$word"": use another text, or build on another system." }
      foreach ($found in [regex]::Matches("$(if ($isBatch) { $word })", '%(?=([^%:]+)(:[^%]*)?%)')) {
        $name = $found.Groups[1].Value
        if ([Environment]::GetEnvironmentVariable($name) -or $name -in 'CD', 'DATE', 'TIME', 'RANDOM', 'ERRORLEVEL', 'CMDCMDLINE', 'CMDEXTVERSION') {
          throw "az would read a variable in %$name%: use another text, or build on another system."
        }
      }
      if (-not $isBatch -or "$word" -notmatch '[&|<>()^"]') { "$word" }
      else { '"' + ("$word" -replace '(\\*)"', '$1$1""' -replace '(\\+)$', '$1$1') + '"' }
    }
  }
}

$stateFile = Join-Path $project 'distribute.state.json'
$outputsFile = Join-Path $project 'run-outputs.json'
$manifestFile = Join-Path $project 'manifest.json'

# Without a byte order mark, which Windows PowerShell would write; whole, or not at all.
function Write-Text($Text, $Path) {
  [IO.File]::WriteAllText("$Path.part", $Text)
  Move-Item -Force -LiteralPath "$Path.part" -Destination $Path
}
function Save-State { Write-Text (ConvertTo-Json $state) $stateFile }

$state = $null
if (Test-Path -LiteralPath $stateFile) { $state = Get-Content -Raw -Encoding UTF8 -LiteralPath $stateFile | ConvertFrom-Json }
if ($env:PACKER_RUN_UUID -and ($null -eq $state -or $state.run -ne $env:PACKER_RUN_UUID)) {
  $live = @{} # in base64, as Packer hands it over: ConvertFrom-Json would take some texts for dates
  foreach ($name in @('REPLICATION_REGIONS_1', 'GALLERY_IMAGE_ID_1', 'GALLERY_IMAGE_ID_1_2', 'GALLERY_IMAGE_ID_1_3', 'GALLERY_IMAGE_ID_1_4', 'PKR_VAR_major', 'OUTPUT_0', 'ARTIFACT_TAGS_1', 'PKR_VAR_image_version_third')) { $live[$name] = [Environment]::GetEnvironmentVariable($name) }
  $left = @(if ($state) { $state.temporary | Where-Object { $_ } })
  $state = [pscustomobject]@{ run = $env:PACKER_RUN_UUID; live = [pscustomobject]$live; begun = [pscustomobject]@{}; temporary = $left }
  Remove-Item -LiteralPath $outputsFile -ErrorAction SilentlyContinue
}
if ($null -eq $state) { throw 'Packer runs this script after a build, and there has been none here yet.' }
foreach ($each in $state.live.PSObject.Properties) {
  Set-Variable $each.Name ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($each.Value)))
}
Save-State
if ($env:DISTRIBUTE_LATER) {
  Write-Host 'The other outputs are made later: DISTRIBUTE_LATER is set.'
  exit 0
}

# az, without what it prints; an error ends the output at hand.
function Invoke-Az([object[]] $Words, [int[]] $Good = @(0)) {
  $ErrorActionPreference = 'Continue'
  $Words = @(Protect-Words $Words)
  & $az @Words --only-show-errors --output none | Out-Host
  if ($LASTEXITCODE -notin $Good) { throw "az $($Words[0]) $($Words[1]) ended with exit code $LASTEXITCODE." }
}

# What az says, line by line; nothing where the thing is not there: exit code 3, or NotFound.
function Get-FromAz($Query, [object[]] $Words) {
  $ErrorActionPreference = 'Continue'
  $Words = @(Protect-Words ($Words + @('--query', $Query)))
  $errors = $null
  $lines = & $az @Words --only-show-errors --output tsv 2>&1 | ForEach-Object { if ($_ -is [Management.Automation.ErrorRecord]) { $errors += "$_ " } else { $_ } }
  if ($LASTEXITCODE -eq 3 -or ($LASTEXITCODE -ne 0 -and $errors -like '*NotFound*')) { return }
  if ($LASTEXITCODE -ne 0) { throw "az $($Words[0]) $($Words[1]) ended with exit code ${LASTEXITCODE}: $errors" }
  return $lines
}
$provisioning = 'provisioningState || properties.provisioningState'

# The items of a live list.
function Split-Items($Text) { @("$Text" -split [char]30 | Where-Object { $_ -ne '' }) }

# The outputs in their order; what has no state when the script ends was cancelled.
$outputs = New-Object System.Collections.ArrayList
function Add-Made($Name, $Id) {
  [void] $outputs.Add([pscustomobject]@{ number = -1; name = $Name; action = $null; state = 'Succeeded'; id = $Id })
}
function Add-Output($Number, $Name, [scriptblock] $Action) {
  [void] $outputs.Add([pscustomobject]@{ number = $Number; name = $Name; action = $Action; state = 'Canceled'; id = '-' })
}

function Start-Output($Output) {
  $script:current = $Output
  $script:begun = $state.begun."output$($Output.number)"
  try {
    & $Output.action
    $Output.state = 'Succeeded'
  } catch {
    Write-Host "$($Output.name): $_"
    $Output.state = 'Failed'
  }
}

# What is found under the id from now on was made from this build.
function Set-Begun($Id) {
  $current.id = $Id
  if ($script:begun -eq $Id) { return }
  $script:begun = $Id
  $state.begun | Add-Member -Force -NotePropertyName "output$($current.number)" -NotePropertyValue $Id
  Save-State
}

# The number that latest, latest:MAJOR or clock stands for.
function Get-VersionNumber([string[]] $Definition, $Version) {
  $major, $highest = '0', $null
  if ($Version -like 'latest*') {
    $wanted = ($Version -replace '^latest:?', '') -replace '^-1$', ''
    if ($wanted) { $major = $wanted }
    $words = @(Protect-Words (@('sig', 'image-version', 'list') + $Definition))
    $found = & $az @words --query '[].name' --output tsv
    if ($LASTEXITCODE -ne 0) { throw 'az cannot list the versions of the image definition.' }
    $versions = @($found | Where-Object { $_ -match '^\d+\.' -and (-not $wanted -or $_ -like "$wanted.*") } | ForEach-Object { [version] $_ } | Sort-Object)
    if ($versions) { $highest = $versions[-1] }
  } elseif ($Version -ne 'clock') { return $Version }
  if ($highest) { return "$($highest.Major).$($highest.Minor).$($highest.Build + 1)" }
  $seconds = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
  return "$major.$([Math]::Floor($seconds / 65536)).$($seconds % 65536)"
}

function New-GalleryVersion($Subscription, $Group, $Gallery, $Definition, $Version, [object[]] $Options) {
  $where = '--subscription', $Subscription, '-g', $Group, '-r', $Gallery, '-i', $Definition
  $number = if ($script:begun) { $script:begun -replace '.*/', '' } else { Get-VersionNumber $where $Version }
  $current.id = "/subscriptions/$Subscription/resourceGroups/$Group/providers/Microsoft.Compute/galleries/$Gallery/images/$Definition/versions/$number"
  $where += '-e', $number
  $found = Get-FromAz $provisioning (@('sig', 'image-version', 'show') + $where)
  if ($found -and $script:begun -ne $current.id) {
    throw "the version $number exists, and this build did not make it: delete it, or give another version."
  }
  Set-Begun $current.id
  if ($found -eq 'Succeeded') { return }
  if ($found -in 'Creating', 'Updating') { return Invoke-Az (@('sig', 'image-version', 'wait', '--created') + $where) }
  Invoke-Az (@('sig', 'image-version', 'create') + $where + $Options)
}

function Get-Report {
  foreach ($each in $outputs) {
    $key = if ("$($each.id)" -like 'https:*') { 'artifactUri' } else { 'artifactId' }
    [pscustomobject][ordered]@{ name = $each.name; provisioningState = $each.state; $key = $each.id }
  }
}

# Packer's manifest names what the build VM made, the last build last; that one gets the others, too.
function Update-Manifest {
  if (-not (Test-Path -LiteralPath $manifestFile)) { return }
  $text = [IO.File]::ReadAllText($manifestFile)
  $start = $text.LastIndexOf('"custom_data": {')
  if ($start -lt 0) { return }
  $start += '"custom_data": {'.Length
  $known = $text.Substring($start, $text.IndexOf('}', $start) - $start)
  $more = foreach ($each in $outputs) {
    $key = ConvertTo-Json "$($each.name)"
    if ($each.state -eq 'Succeeded' -and -not $known.Contains("${key}:")) { "`n        ${key}: $(ConvertTo-Json "$($each.id)")," }
  }
  if ($more) { Write-Text $text.Insert($start, -join $more) $manifestFile }
}

Add-Made 'native' $OUTPUT_0
Add-Output 1 'copy' { New-GalleryVersion $GALLERY_IMAGE_ID_1 $GALLERY_IMAGE_ID_1_2 $GALLERY_IMAGE_ID_1_3 $GALLERY_IMAGE_ID_1_4 "latest:${PKR_VAR_major}" @('--location', 'westeurope', '--image-version', $OUTPUT_0, '--target-regions', (Split-Items $REPLICATION_REGIONS_1), '--tags', (Split-Items $ARTIFACT_TAGS_1)) }
Add-Output 2 'third' { New-GalleryVersion $GALLERY_IMAGE_ID_1 $GALLERY_IMAGE_ID_1_2 $GALLERY_IMAGE_ID_1_3 $GALLERY_IMAGE_ID_1_4 $PKR_VAR_image_version_third @('--location', 'westeurope', '--image-version', $OUTPUT_0, '--target-regions', 'westeurope=1') }

# What is not done when the script is broken off (Ctrl+C) is reported, too.
$isAtEnd = $false
try {
  foreach ($each in $outputs) {
    if ($each.action) { Start-Output $each }
    Write-Host "$($each.name): $($each.state) $($each.id)"
  }
  $isAtEnd = $true
} finally {
  if (-not $isAtEnd) { $Host.SetShouldExit(1) }
  Write-Text (ConvertTo-Json @(Get-Report)) $outputsFile
  Update-Manifest
  Write-Host 'Run outputs:'
  foreach ($each in $outputs) { Write-Host ('  {0,-20} {1,-10} {2}' -f $each.name, $each.state, $each.id) }
}
$failed = @($outputs | Where-Object { $_.state -ne 'Succeeded' } | ForEach-Object { $_.name })
if ($failed) {
  Write-Host "Not made: $failed. The reason stands above; scripts\distribute.ps1 goes on when it is gone."
  exit 1
}
exit 0
