# The whole run, as Image Builder does it after a template is started. What you add goes to `packer build`:
# .\scripts\build.ps1 -var name=value (files that you name are looked for from the folder of the project; PowerShell takes a
# word that begins with a hyphen and has a dot in it apart: write '-var-file=values.pkrvars.hcl' in quotes)
$ErrorActionPreference = 'Stop'
$project = Split-Path $PSScriptRoot
$given = @($args | ForEach-Object { $_ -join ',' }) # PowerShell makes a list of a word with a comma

# What a file of values says at its top, a line each as HCL has it, also where it is JSON; lists and objects with their first line.
function Get-Said($Path) {
  if ($Path -like '*.json') {
    $said = Get-Content -Encoding UTF8 -Raw -LiteralPath $Path | ConvertFrom-Json
    return $said.PSObject.Properties | ForEach-Object {
      $isPlain = $_.Value -is [string] -and $_.Value -notmatch '["\\]' # which ConvertTo-Json may spell otherwise
      "$($_.Name) = " + $(if ($isPlain) { "`"$($_.Value)`"" } else { ConvertTo-Json -Compress -Depth 99 -InputObject $_.Value })
    }
  }
  $depth = 0
  foreach ($line in Get-Content -Encoding UTF8 -LiteralPath $Path) {
    if ($depth -eq 0) { $line }
    $bare = $line -replace '"(?:[^"\\]|\\.)*"' -replace '(?:#|//).*'
    $depth += [regex]::Matches($bare, '[\[{(]').Count - [regex]::Matches($bare, '[\])}]').Count
  }
}

# Of such a line, the value if it is a plain text or word: without escapes and templates, of which Packer makes others; else nothing.
function Get-Plain($Line) {
  if ($Line -match '^\s*[A-Za-z_][\w-]*\s*=\s*(?:"((?:[^"\\$%]|[$%](?!\{))*)"|(\w+))\s*(?:(?:#|//).*)?$') { "$($Matches[1])$($Matches[2])" }
}

# Values that are given by -var and -var-file count for the whole run.
$env:GIVEN_VARIABLES = ''
function Add-Given($Name, $Value) {
  [Environment]::SetEnvironmentVariable("PKR_VAR_$($Name -replace '-', '_')", $Value)
  $env:GIVEN_VARIABLES += " $Name"
}

$option = ''
$given = @(foreach ($each in $given) { if ($each -in '-var', '-var-file') { $option = "$each=" } else { "$option$each"; $option = '' } }) # both as one word
foreach ($each in $given) {
  if ($each -match '^-var-file=(.*)') {
    foreach ($line in Get-Said ([IO.Path]::Combine($project, $Matches[1]))) {
      if ($line -notmatch '^\s*([A-Za-z_][\w-]*)\s*=') { continue }
      $name = $Matches[1]
      $plain = Get-Plain $line
      if ($null -ne $plain) { Add-Given $name $plain } else { $env:UNREAD_VARIABLES += " $name" }
    }
  }
}
foreach ($each in $given) { if ($each -match '(?s)^-var=([^=]+)=(.*)') { Add-Given $Matches[1] $Matches[2] } }

# buildTimeoutInMinutes: the whole run. Packer is asked to stop and clean up, and has 15 minutes for it.
$minutes = if ($env:RUN_MINUTES) { [int]$env:RUN_MINUTES } else { 240 }
$end = (Get-Date).AddMinutes($minutes)

# As Ctrl+C does; waits for the end of the process, 15 minutes at most.
function Stop-Gently($Process) {
  if ($env:OS -ne 'Windows_NT') {
    kill -s TERM $Process.Id # Packer heeds nothing else
    return [void] $Process.WaitForExit(15 * 60 * 1000)
  }
  $console = Add-Type -PassThru -Namespace BuildScript -Name Console -MemberDefinition @'
    [DllImport("kernel32.dll")] public static extern bool SetConsoleCtrlHandler(IntPtr handler, bool add);
    [DllImport("kernel32.dll")] public static extern bool GenerateConsoleCtrlEvent(uint signal, uint group);
'@
  [void] $console::SetConsoleCtrlHandler([IntPtr]::Zero, $true) # this script itself goes on
  [void] $console::GenerateConsoleCtrlEvent(0, 0)
  [void] $Process.WaitForExit(15 * 60 * 1000)
  [void] $console::SetConsoleCtrlHandler([IntPtr]::Zero, $false)
}

# With what it has started.
function Stop-Tree($Process) {
  if ($env:OS -eq 'Windows_NT') { taskkill /T /F /PID $Process.Id | Out-Null } else { $Process.Kill($true) }
}

# Runs a command in the time that is left; gives its exit code.
function Invoke-Within($Command, [object[]] $Words) {
  $left = ($end - (Get-Date)).TotalMilliseconds
  if ($left -le 0) {
    Write-Host "The run was to end after $minutes minutes (RUN_MINUTES changes that)."
    return 1
  }
  $program = (Get-Command $Command -CommandType Application | Select-Object -First 1).Source
  $quoted = foreach ($each in $Words) { '"' + ("$each" -replace '(\\*)"', '$1$1\"' -replace '(\\+)$', '$1$1') + '"' }
  $start = New-Object Diagnostics.ProcessStartInfo $program, ($quoted -join ' ')
  $start.UseShellExecute = $false
  $start.WorkingDirectory = $project
  $process = [Diagnostics.Process]::Start($start)
  try {
    $isLate = -not $process.WaitForExit([int][Math]::Min([int]::MaxValue, $left))
  } finally { # after Ctrl+C, too
    if (-not $process.HasExited) { Stop-Gently $process }
    if (-not $process.HasExited) { Stop-Tree $process }
  }
  $process.WaitForExit()
  if ($isLate) { Write-Host "The run was to end after $minutes minutes (RUN_MINUTES changes that)." }
  if ($isLate -and -not $process.ExitCode) { return 1 }
  return $process.ExitCode
}

function Invoke-OrExit($Command, [object[]] $Words) {
  $code = Invoke-Within $Command $Words
  if ($code) { exit $code }
}

# In a PowerShell of its own, which can be ended.
function Invoke-Script($Path) {
  $shell = if ($PSVersionTable.PSEdition -eq 'Core') { 'pwsh' } else { 'powershell' }
  if (-not (Get-Command $shell -ErrorAction SilentlyContinue)) { $shell = Join-Path $PSHOME $shell }
  Invoke-OrExit $shell @('-NoProfile', '-ExecutionPolicy', 'Bypass', '-File', $Path)
}

Invoke-Script (Join-Path $PSScriptRoot 'fetch.ps1')
Invoke-OrExit packer @('init', '.')
Invoke-OrExit packer (@('build', '-on-error=cleanup', '-force') + $given + @('.')) # -force: an image of that name gives way, as in Image Builder
