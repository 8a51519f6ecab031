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

$files = @('hcl', 'json' | ForEach-Object { Get-ChildItem -Path $project -Filter "*.auto.pkrvars.$_" } | ForEach-Object { $_.FullName })
foreach ($each in $given) { if ($each -match '^-var-file=(.*)') { $files += [IO.Path]::Combine($project, $Matches[1]) } }
$isInFile = $files | ForEach-Object { Get-Said $_ } | Where-Object { $_ -match '^ *existing_versions *=' }
if (-not $isInFile -and "$env:PKR_VAR_existing_versions" -notlike '`[*' -and "$given" -notlike '*existing_versions=*') {
  [Console]::Error.WriteLine("The next version is counted from those that exist, but the template computes where: add -var 'existing_versions=[...]'.")
  exit 1
}
Invoke-OrExit packer @('init', '.')
$env:DISTRIBUTE_LATER = 'yes' # what az makes comes at the end
Invoke-OrExit packer (@('build', '-on-error=cleanup') + $given + @('.'))

$env:DISTRIBUTE_LATER = $null
# Packer has begun it in this language (only_on).
if ($env:OS -ne 'Windows_NT') { Invoke-OrExit sh @('scripts/distribute.sh'); exit 0 }
Invoke-Script (Join-Path $PSScriptRoot 'distribute.ps1')
