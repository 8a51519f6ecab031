targetScope = 'subscription'

param location string = deployment().location
@allowed([
  'dev'
  'prod'
])
param environment string = 'dev'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-images-${environment}'
  location: location
}

module identity 'identity.bicep' = {
  scope: group
  name: 'identity'
  params: {
    location: location
  }
}

module gallery 'gallery.bicep' = {
  scope: group
  name: 'gallery'
  params: {
    location: location
    name: 'images${environment}'
  }
}

module image 'image.bicep' = {
  scope: group
  name: 'image'
  params: {
    location: location
    identityId: identity.outputs.id
    galleryImageId: gallery.outputs.imageId
  }
}
