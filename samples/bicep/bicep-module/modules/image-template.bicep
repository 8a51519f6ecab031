@description('Name of the image template.')
param name string
param location string = resourceGroup().location
param identityId string
param galleryImageId string
param customize array
param source object = {
  type: 'PlatformImage'
  publisher: 'MicrosoftWindowsDesktop'
  offer: 'windows-11'
  sku: 'win11-24h2-avd'
  version: 'latest'
}
param vmSize string = 'Standard_D4s_v5'

resource imageTemplate 'Microsoft.VirtualMachineImages/imageTemplates@2023-07-01' = {
  name: name
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    buildTimeoutInMinutes: 180
    vmProfile: {
      vmSize: vmSize
      osDiskSizeGB: 127
    }
    source: source
    customize: customize
    distribute: [
      {
        type: 'SharedImage'
        galleryImageId: galleryImageId
        runOutputName: '${name}-output'
        artifactTags: {
          builtBy: 'aib'
        }
        replicationRegions: [
          location
        ]
        exludeFromLatest: false
      }
    ]
  }
}

output id string = imageTemplate.id
