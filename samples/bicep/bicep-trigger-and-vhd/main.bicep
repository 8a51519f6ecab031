/* Images of the lab,
   built each week. */
@description('''
  Region; must be that of the source image.
''')
param location string = 'westeurope'
param sourceImage string = 'lab-base'
@secure()
param signature string // of the blob

var tags = { team: 'lab', 'cost-center': '42' } // one line

#disable-next-line use-recent-api-versions
resource lab 'Microsoft.VirtualMachineImages/imageTemplates@2022-02-14' = {
  name: 'lab' /* short */
  location: location
  tags: tags
  properties: {
    source: {
      type: 'ManagedImage'
      imageId: resourceId('rg-lab', 'Microsoft.Compute/images', sourceImage)
    }
    customize: [
      // the data comes first
      {
        type: 'File'
        name: 'data'
        sourceUri: 'https://contosolab.blob.core.windows.net/data/lab.tgz?${signature}'
        destination: '/tmp/lab.tgz'
        sha256Checksum: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'
      }
      {
        type: 'Shell'
        name: 'unpack'
        inline: [ 'sudo tar -C /opt -xzf /tmp/lab.tgz', 'echo "it\'s ${sourceImage}"' ]
      }
    ]
    distribute: [
      {
        type: 'VHD'
        runOutputName: 'lab'
        artifactTags: tags
      }
    ]
  }
}
