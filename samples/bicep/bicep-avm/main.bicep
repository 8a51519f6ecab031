param location string = resourceGroup().location
param identityId string
param galleryImageId string

module imageTemplate 'br/public:avm/res/virtual-machine-images/image-template:0.6.0' = {
  name: 'image-template'
  params: {
    name: 'build-agent'
    location: location
    managedIdentities: {
      userAssignedResourceIds: [
        identityId
      ]
    }
    imageSource: {
      type: 'PlatformImage'
      publisher: 'Canonical'
      offer: 'ubuntu-24_04-lts'
      sku: 'server'
      version: 'latest'
    }
    customizationSteps: [
      {
        type: 'Shell'
        name: 'PowerShell 7'
        scriptUri: 'https://contosoimages.blob.core.windows.net/scripts/powershell.sh'
      }
      {
        type: 'Shell'
        name: 'agent'
        inline: [
          'echo agent'
        ]
      }
    ]
    distributions: [
      {
        type: 'SharedImage'
        sharedImageGalleryImageDefinitionResourceId: galleryImageId
      }
    ]
  }
}
