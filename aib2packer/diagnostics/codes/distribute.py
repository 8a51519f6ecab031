"""Codes 5xx: outputs."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

TARGET_LEFT = Code(
    id="A2P501",
    severity=Severity.ERROR,
    title="An output cannot be made from this build.",
    why="A build VM gives one managed image, in the build's region and subscription, and one VHD. Further images come "
    "from a gallery version, further VHDs from a VHD with a uri. The template has neither.",
    remedy="Add a SharedImage output, give the VHD a uri, or build the output on a second VM with --second-source.",
)
TARGET_BOUND = Code(
    id="A2P516",
    severity=Severity.WARNING,
    title="An output is skipped because the build VM cannot be in its region.",
    why="Packer captures a managed image in the region of the build VM. The template's subnet, source image or staging "
    "resource group ties the VM to another region.",
    remedy="Add a SharedImage output: images in other regions are made from it after the build.",
)
SECOND_SOURCE = Code(
    id="A2P514",
    severity=Severity.WARNING,
    title="An output is built on a second VM.",
    why="Both VMs run the same steps at different times, so downloads and decisions by the clock may differ. The build "
    "costs twice as much.",
    remedy="To make all outputs from one VM, add a SharedImage output instead.",
)
BUILT_ELSEWHERE = Code(
    id="A2P515",
    severity=Severity.NOTE,
    title="The build runs in the region of the managed image, not of the template.",
    why="Image Builder builds in the template's region and copies the image. Packer captures a managed image in the "
    "region of the build VM.",
    remedy="Check that the VM size is available in that region, or add a SharedImage output.",
)
DUPLICATE_OUTPUT = Code(
    id="A2P502",
    severity=Severity.ERROR,
    title="Two outputs have the same runOutputName.",
    why="Image Builder requires unique names, and manifest.json uses them as keys.",
    remedy="Rename one of them.",
)
BOTH_REGIONS = Code(
    id="A2P503",
    severity=Severity.ERROR,
    title="An output has both replicationRegions and targetRegions.",
    why="Image Builder accepts one of them.",
    remedy="Keep targetRegions.",
)
REGION_ADDED = Code(
    id="A2P504",
    severity=Severity.NOTE,
    title="A region was added to the target regions.",
    why="Azure keeps a replica of a gallery version in the region of the build, and makes a managed image only in a "
    "region with a replica.",
    remedy="Nothing to do. To avoid the additional replica, build in one of the output's regions.",
    example='`"targetRegions": [ { "name": "northeurope"` → `target_region { name = "westeurope"` too, where the build runs',
)
PLACE_ASSUMED = Code(
    id="A2P530",
    severity=Severity.WARNING,
    title="A managed image gets the region and subscription of the build.",
    why="The template takes them from other parameters than those of the build, so they may differ. Packer captures a "
    "managed image in the region and subscription of the build.",
    remedy="Give both parameters the same value.",
)
STORAGE_DIFFERS = Code(
    id="A2P505",
    severity=Severity.NOTE,
    title="The storage type differs by region.",
    why="Packer sets one storage type for a gallery version, so it publishes to the regions of one type.",
    remedy="Nothing to do: distribute.sh adds the other regions after the build, each with its own type.",
)
BLOB_TAG_LEFT = Code(
    id="A2P513",
    severity=Severity.WARNING,
    also=(Severity.NOTE,),
    title="A tag of a VHD is missing from its blob.",
    why="A blob has metadata instead of tags. Packer sets none, and az accepts only letters, digits and underscores in "
    "names of metadata.",
    remedy="Rename the tag if the finding says so, or set it as metadata after the build.",
)
BAD_VERSION = Code(
    id="A2P506",
    severity=Severity.ERROR,
    title="A gallery image version is not three numbers.",
    why="A version is major.minor.patch, each at most 2147483647.",
    remedy="Write it like 1.2.3.",
)
VERSION_ASKED = Code(
    id="A2P507",
    severity=Severity.WARNING,
    title="The version of the source image is unknown.",
    why="The output takes its version from the source image, and the source names none.",
    remedy="Pass it to each build: -var image_version=1.2.3.",
)
NUMBERING_UNKNOWN = Code(
    id="A2P541",
    severity=Severity.WARNING,
    title="The API version is unknown, and it decides how gallery versions are numbered.",
    why="Since API version 2022-07-01 Image Builder publishes the next version after the highest one. Before, it "
    "numbered versions by the clock (0.<seconds / 65536>.<seconds % 65536>).",
    remedy="Pass the API version with -p or --set, or write it into the template.",
)
BAD_BLOB = Code(
    id="A2P508",
    severity=Severity.ERROR,
    title="The uri of a VHD is not a blob that Packer can write.",
    why="Packer composes the URL of the blob from account, container and name, and the name ends in .vhd.",
    remedy="Write it like https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.vhd.",
)
SHALLOW_REGIONS = Code(
    id="A2P509",
    severity=Severity.ERROR,
    title="Shallow replication allows one region and one replica.",
    why="Packer and Azure refuse more.",
    remedy="Name only the build's region, or remove replicationMode.",
)
NO_OUTPUTS = Code(
    id="A2P510",
    severity=Severity.WARNING,
    title="The template has no outputs.",
    why="Image Builder requires `distribute`. The project builds the VM and keeps nothing.",
    remedy="Add an output to the template, or remove skip_create_image and add one to the project.",
)
SUBSCRIPTION_DIFFERS = Code(
    id="A2P511",
    severity=Severity.WARNING,
    title="A resource is in another subscription than the build.",
    why="Packer looks for it in the build's subscription.",
    remedy="Move it, or build in its subscription.",
)
BAD_NAME = Code(
    id="A2P512",
    severity=Severity.ERROR,
    title="Packer does not accept the name of a managed image.",
    why="The plugin checks the names of the image and of its resource group before the build, more strictly than Azure.",
    remedy="Choose a name of letters, digits, underscores, dots and hyphens.",
)
OTHER_CLOUD = Code(
    id="A2P519",
    severity=Severity.ERROR,
    title="An output is in another Azure cloud than the build.",
    why="A subscription, its regions and its storage accounts are in one cloud.",
    remedy="Use regions and URLs of one cloud.",
)
REGION_TWICE = Code(
    id="A2P520",
    severity=Severity.WARNING,
    also=(Severity.NOTE,),
    title="A region of an output is named twice.",
    why="A gallery version has each region once, and `West Europe` is `westeurope`.",
    remedy="Keep one of them.",
)
TAG_TAKEN_FOR_EXPRESSION = Code(
    id="A2P521",
    severity=Severity.ERROR,
    also=(Severity.WARNING,),
    title="Azure would evaluate a tag as an expression.",
    why="Packer puts tags into an ARM deployment, where `[...]` is an expression. With the escape `[[...`, the extra "
    "bracket would end up in the image's tag.",
    remedy="Remove the brackets around the tag.",
)
REFUSED_NAME = Code(
    id="A2P522",
    severity=Severity.WARNING,
    title="Azure does not accept a name.",
    why="A resource of that name cannot exist, so the build would not find it.",
    remedy="Correct the name.",
)
AZ_READS_OTHERWISE = Code(
    id="A2P523",
    severity=Severity.ERROR,
    also=(Severity.WARNING,),
    title="A tag or value would be misread by az.",
    why="Outputs that Packer cannot publish are made with az. A hyphen begins an option. Tags are NAME=VALUE: a name ends at "
    "the first =, and @ names a file.",
    remedy="Choose another name or value.",
)
DATA_DISKS_LEFT = Code(
    id="A2P517",
    severity=Severity.WARNING,
    title="An output has no data disks.",
    why="It is made with az from the OS disk of the gallery version, or from the VHD of that disk.",
    remedy="Use the gallery version where the data disks are needed.",
)
SECRET_WORKED_OUT = Code(
    id="A2P518",
    severity=Severity.ERROR,
    title="An output needs a value that is computed from a secret.",
    why="`distribute.sh` takes secrets from the environment, unchanged. The result of a function would be readable in a "
    "file or on a command line.",
    remedy="Pass the whole string in one secure parameter, or use a plain parameter: everyone who sees an output sees its tags.",
)
SECURITY_UNKNOWN = Code(
    id="A2P542",
    severity=Severity.NOTE,
    title="The security type of the image definition is unknown.",
    why="Azure accepts a version from a VM only if the VM has the security type of the image definition. Versions of a "
    "TrustedLaunchSupported definition come from a managed image, never from the VM.",
    remedy="Look it up with the command in the message, and convert again with the option that belongs to it.",
    example='`"type": "SharedImage"` → `--features SecurityType=Standard` in the command that creates the image definition',
)
SECURITY_CONFLICT = Code(
    id="A2P543",
    severity=Severity.ERROR,
    title="Two outputs need build VMs of different security types.",
    why="Azure makes no managed image from a VM with Trusted Launch, and neither a managed image nor a VHD from a "
    "confidential VM.",
    remedy="Remove one of the outputs.",
)
CONFIDENTIAL_SIZE = Code(
    id="A2P544",
    severity=Severity.WARNING,
    title="The VM size starts confidential VMs only.",
    why="A confidential VM needs the security type ConfidentialVM, and its image can only be published to an image "
    "definition of that type.",
    remedy="Check the security type of the image definition, or choose another vmSize.",
)
