# The whole run, in Image Builder's order, but without its time limit (240 minutes).
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
function Test-Exit($Said) { if ($LASTEXITCODE) { $Said; exit $LASTEXITCODE } }

packer init .; Test-Exit
packer init validate; Test-Exit
$env:PKR_VAR_image_version = 'local.image_version' | packer console .; Test-Exit $env:PKR_VAR_image_version
packer build -var unvalidated=true .; Test-Exit
packer build '-var-file=values.auto.pkrvars.hcl' validate; Test-Exit
$native_subscription = 'local.gallery[2]' | packer console .; Test-Exit $native_subscription
$native_resource_group = 'local.gallery[4]' | packer console .; Test-Exit $native_resource_group
$native_gallery_name = 'local.gallery[8]' | packer console .; Test-Exit $native_gallery_name
$native_gallery_image_definition = 'local.gallery[10]' | packer console .; Test-Exit $native_gallery_image_definition
az @('sig', 'image-version', 'update', '--subscription', $native_subscription, '--resource-group', $native_resource_group, '--gallery-name',
  $native_gallery_name, '--gallery-image-definition', $native_gallery_image_definition, '--gallery-image-version', $env:PKR_VAR_image_version,
  '--set', 'publishingProfile.excludeFromLatest=false', '--output', 'none'); Test-Exit
.\distribute.ps1; Test-Exit
