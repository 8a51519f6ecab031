param location string = resourceGroup().location
param platformGroup string = 'rg-platform'
param identityName string = 'id-aib'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: identityName
  scope: resourceGroup(platformGroup)
}

resource gallery 'Microsoft.Compute/galleries@2023-07-03' existing = {
  name: 'corp'
  scope: resourceGroup('rg-galleries')
}

resource definition 'Microsoft.Compute/galleries/images@2023-07-03' existing = {
  parent: gallery
  name: 'jumpbox'
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' existing = {
  name: 'vnet-build'
  scope: resourceGroup(platformGroup)

  resource build 'subnets' existing = {
    name: 'snet-build'
  }
}

resource jumpbox 'Microsoft.VirtualMachineImages/imageTemplates@2024-02-01' = {
  name: 'jumpbox'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    vmProfile: {
      vmSize: 'Standard_D2s_v5'
      vnetConfig: {
        subnetId: network::build.id
        proxyVmSize: 'Standard_A1_v2'
      }
    }
    source: {
      type: 'PlatformImage'
      publisher: 'MicrosoftWindowsServer'
      offer: 'WindowsServer'
      sku: '2022-datacenter-azure-edition'
      version: 'latest'
    }
    customize: [
      {
        type: 'PowerShell'
        name: 'tools'
        runElevated: true
        inline: [
          'Install-WindowsFeature RSAT-AD-Tools'
        ]
      }
      {
        type: 'WindowsUpdate'
        searchCriteria: 'IsInstalled=0'
        filters: [
          'exclude:$_.Title -like \'*Preview*\''
          'include:$true'
        ]
        updateLimit: 40
      }
    ]
    distribute: [
      {
        type: 'SharedImage'
        runOutputName: 'jumpbox'
        galleryImageId: definition.id
        replicationRegions: [location]
      }
    ]
  }
}
