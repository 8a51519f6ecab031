param location string
param identityId string
param galleryImageId string
param stagingGroup string = ''

resource image 'Microsoft.VirtualMachineImages/imageTemplates@2024-02-01' = {
  name: 'base'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    stagingResourceGroup: !empty(stagingGroup) ? subscriptionResourceId('Microsoft.Resources/resourceGroups', stagingGroup) : null
    source: {
      type: 'PlatformImage'
      publisher: 'Canonical'
      offer: 'ubuntu-24_04-lts'
      sku: 'server'
      version: 'latest'
    }
    customize: [
      {
        type: 'Shell'
        name: 'updates'
        inline: [
          'sudo apt-get update'
          'sudo apt-get -y dist-upgrade'
        ]
      }
    ]
    distribute: [
      {
        type: 'SharedImage'
        runOutputName: 'base'
        galleryImageId: galleryImageId
        replicationRegions: [location]
      }
    ]
  }
}
