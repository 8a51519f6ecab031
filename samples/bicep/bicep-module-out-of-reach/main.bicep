param location string = resourceGroup().location

module image 'br/images:image-template:v3' = {
  name: 'image'
  params: {
    location: location
  }
}
