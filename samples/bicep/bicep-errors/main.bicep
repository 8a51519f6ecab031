param location string = resourceGroup().location

module image 'image.bicep' = {
  name: 'image'
  params: {
    location: locations
  }
}
