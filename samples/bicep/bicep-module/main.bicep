param identityId string
param galleryImageId string

var powerShell = {
  type: 'PowerShell'
  runElevated: true
}

module avd 'modules/image-template.bicep' = {
  name: 'avd-image'
  params: {
    name: 'avd'
    identityId: identityId
    galleryImageId: galleryImageId
    customize: [
      union(powerShell, {
        name: 'fslogix'
        inline: [
          'New-Item C:\\Temp -ItemType Directory -Force'
          'Write-Output "FSLogix"'
        ]
      })
      {
        type: 'WindowsRestart'
        restartTimeout: '10m'
      }
    ]
  }
}

output templateId string = avd.outputs.id
