param location string = resourceGroup().location
param identityId string
param tag string = utcNow('yyyyMMdd')

resource hardened 'Microsoft.VirtualMachineImages/imageTemplates@2024-02-01' = {
  name: 'hardened-${tag}'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
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
        name: 'harden'
        inline: [
          loadTextContent('scripts/harden.sh')
        ]
      }
      {
        type: 'Shell'
        name: 'enable'
        inline: split(loadTextContent('./scripts/enable.sh'), '\n')
      }
    ]
    distribute: [
      {
        type: 'VHD'
        runOutputName: 'hardened'
      }
    ]
  }
}
