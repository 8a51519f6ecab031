"""Codes 3xx to 6xx: sources, steps, outputs, and the template as a whole."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

BAD_ID = Code(
    id="A2P301",
    severity=Severity.ERROR,
    title="A resource id is malformed.",
    why="Each part of the id becomes a setting of Packer.",
    remedy="Write the whole id, beginning with /subscriptions/, of the resource type that the finding names.",
)
ISO_SOURCE = Code(
    id="A2P302",
    severity=Severity.ERROR,
    title="An ISO source cannot be converted.",
    why="Image Builder has not accepted ISO sources since 2020-03-31, and Packer's azure-arm builder starts from images only.",
    remedy="Start from a Marketplace image. For RHEL with your own subscription: publisher RedHat, offer rhel-byos.",
)
INCOMPLETE_PLATFORM_IMAGE = Code(
    id="A2P303",
    severity=Severity.ERROR,
    title="A PlatformImage lacks its publisher, offer or sku.",
    why="Packer needs all three to find the image.",
    remedy="Add what is missing. `az vm image list` lists all three.",
)
SOURCE_ELSEWHERE = Code(
    id="A2P304",
    severity=Severity.WARNING,
    title="The source image is in another subscription than the build.",
    why="Image Builder and Packer look for a managed image in the build's subscription.",
    remedy="Copy the image, or build in its subscription.",
)
INTERMEDIATE_IMAGE = Code(
    id="A2P305",
    severity=Severity.NOTE,
    title="The gallery version is made from a managed image.",
    why="The plugin requires a managed image if the source is one. For a TrustedLaunchSupported definition Azure "
    "accepts versions from a managed image or VHD only.",
    remedy="Delete the managed image after each build if the finding says so. Otherwise Packer deletes it with its "
    "temporary resource group.",
)
NO_SCRIPT = Code(
    id="A2P401",
    severity=Severity.ERROR,
    title="A step has neither inline lines nor a scriptUri.",
    why="Image Builder requires exactly one of the two.",
    remedy="Add one, or remove the step.",
)
TWO_SCRIPTS = Code(
    id="A2P402",
    severity=Severity.ERROR,
    title="A step has both inline lines and a scriptUri.",
    why="Image Builder requires exactly one of the two.",
    remedy="Split the step in two, or remove one of the keys.",
)
WRONG_OS = Code(
    id="A2P403",
    severity=Severity.ERROR,
    title="A step is for another operating system than the image.",
    why="Shell steps run on Linux; PowerShell, WindowsRestart and WindowsUpdate steps run on Windows.",
    remedy="Remove the step, correct the source image, or set the operating system with --os.",
)
BAD_CHECKSUM = Code(
    id="A2P404",
    severity=Severity.ERROR,
    title="A sha256Checksum is not 64 hexadecimal digits.",
    why="A SHA-256 checksum has 64 hexadecimal digits.",
    remedy="Write the output of `sha256sum FILE`.",
)
UPPER_CASE_CHECKSUM = Code(
    id="A2P405",
    severity=Severity.NOTE,
    title="A sha256Checksum has capital letters.",
    why="Image Builder requires lower case. The project compares in lower case.",
    remedy="Write it in lower case if you keep the template.",
)
DUPLICATE_NAME = Code(
    id="A2P406",
    severity=Severity.WARNING,
    title="Two steps have the same name.",
    why="Early versions of Image Builder and `az image builder customizer` refuse it, and the build log cannot "
    "distinguish the steps.",
    remedy="Rename one of them.",
)
BAD_DURATION = Code(
    id="A2P407",
    severity=Severity.ERROR,
    title="A duration is not a number with a unit.",
    why="Packer and Image Builder accept durations such as 5m, 90s or 1h30m.",
    remedy="Write a number with its unit: s, m or h.",
)
BRACES = Code(
    id="A2P408",
    severity=Severity.ERROR,
    title="Packer cannot use a string with {{ in this setting.",
    why="Packer renders this setting as a template more than once, so {{ cannot be escaped there.",
    remedy="Choose another string, for example another destination.",
)
NOT_NORMAL_FORM = Code(
    id="A2P409",
    severity=Severity.WARNING,
    title="HCL changes a string.",
    why="HCL normalizes strings to the Unicode form NFC (a letter and a separate accent become one letter) and has no "
    "NUL character.",
    remedy="Use composed letters, or check that the normalized string means the same.",
)
SYSTEM_WITHOUT_ELEVATED = Code(
    id="A2P410",
    severity=Severity.ERROR,
    title="runAsSystem is set without runElevated.",
    why="Image Builder requires runElevated: true with runAsSystem.",
    remedy="Add runElevated: true, or remove runAsSystem.",
)
ELEVATED_MAY_HANG = Code(
    id="A2P411",
    severity=Severity.NOTE,
    title="An elevated step that does not run as SYSTEM may hang on Windows 10 and 11.",
    why="Packer and Image Builder run the step as a scheduled task of the login user. On many client images that task "
    "never starts.",
    remedy="Add runAsSystem: true if the step hangs.",
)
NO_DESTINATION = Code(
    id="A2P412",
    severity=Severity.ERROR,
    title="A File step lacks its sourceUri or its destination.",
    why="Image Builder requires both.",
    remedy="Add what is missing. The destination includes the file name.",
)
BAD_ADDRESS = Code(
    id="A2P413",
    severity=Severity.ERROR,
    title="Not an http or https URL.",
    why="The file must be downloaded from a URL.",
    remedy="Write the whole URL, beginning with https://.",
)
SECRET_ADDRESS = Code(
    id="A2P414",
    severity=Severity.WARNING,
    title="A URL contains a secret.",
    why="Secrets and SAS tokens are not written into the project.",
    remedy="Set the environment variable that the finding names, or use a URL without a SAS token and sign in with `az login`.",
)
LIVE_ADDRESS = Code(
    id="A2P415",
    severity=Severity.WARNING,
    title="HCL has no equivalent of the expression for a URL.",
    why="Packer computes the URL for the fetch script, and cannot compute this one.",
    remedy="Set the environment variable that the finding names, or pass the values of the parameters with -p or --set.",
)
PLAIN_HTTP = Code(
    id="A2P416",
    severity=Severity.WARNING,
    title="A URL uses http.",
    why="Without encryption, anyone on the network path can change what runs in the image; a checksum detects it.",
    remedy="Use https, or add a sha256Checksum.",
)
BRACES_IN_VALUE = Code(
    id="A2P417",
    severity=Severity.WARNING,
    title="The value of a parameter contains {{.",
    why="Packer renders most settings as templates after it has filled in the variables, so {{ in the value of a "
    "variable cannot be escaped.",
    remedy="Choose another value, or write the string into the template, where it is escaped.",
)
SECRET_IN_TEXT = Code(
    id="A2P418",
    severity=Severity.WARNING,
    title="The text of a step contains a secret.",
    why="Only SAS tokens of scriptUri and sourceUri are left out of the project. Secrets in lines and in other URLs "
    "are written into it.",
    remedy="Use a secure parameter: it becomes a sensitive variable without a value.",
)
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
    title="A region of an output is named twice.",
    why="A gallery version has each region once, and `West Europe` is `westeurope`.",
    remedy="Keep one of them.",
)
TAG_TAKEN_FOR_EXPRESSION = Code(
    id="A2P521",
    severity=Severity.ERROR,
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
    title="A tag would be misread by az.",
    why="Outputs that Packer cannot publish are made with az. It reads tags as NAME=VALUE: a name ends at the first =, a "
    "hyphen begins an option, and @ names a file.",
    remedy="Choose another name or value for the tag.",
)
UNKNOWN_OS = Code(
    id="A2P601",
    severity=Severity.ERROR,
    title="The operating system of the image is unknown.",
    why="Packer requires os_type, and templates have no key for it.",
    remedy="Use --os linux or --os windows.",
)
OS_CONFLICT = Code(
    id="A2P602",
    severity=Severity.ERROR,
    title="Some parts of the template are for Linux, others for Windows.",
    why="An image has one operating system.",
    remedy="Remove the parts for the other one, or use --os linux or --os windows.",
)
TIMEOUT_TOO_SHORT = Code(
    id="A2P603",
    severity=Severity.WARNING,
    title="The build timeout is too short for Image Builder.",
    why="With 1 to 5 minutes its build fails at once. Packer has no such limit.",
    remedy="Use 0 (240 minutes) or at least 6.",
)
TIMEOUT_PER_OPERATION = Code(
    id="A2P604",
    severity=Severity.NOTE,
    title="Packer has no time limit for a whole build.",
    why="buildTimeoutInMinutes ends the whole build; Packer's settings limit each Azure operation.",
    remedy="Limit the whole run with the command timeout, or with the time limit of a pipeline's job.",
)
NO_COUNTERPART = Code(
    id="A2P605",
    severity=Severity.WARNING,
    title="A setting has no counterpart in Packer.",
    why="It configures a feature of the service.",
    remedy="See the finding for an alternative, or remove the setting.",
)
BY_HAND = Code(
    id="A2P606",
    severity=Severity.NOTE,
    title="A setting needs manual action.",
    why="A Packer project has no place for it.",
    remedy="See MIGRATION.md.",
)
NOT_ABOUT_THE_IMAGE = Code(
    id="A2P607",
    severity=Severity.NOTE,
    title="A key does not affect the image.",
    why="It describes the template resource, or the service filled it in.",
    remedy="Nothing to do.",
)
VALIDATORS_LEFT = Code(
    id="A2P608",
    severity=Severity.WARNING,
    title="No output can be booted to run the validators.",
    why="Validators run in a VM made from the image. A VHD cannot be booted before an image is made from it.",
    remedy="Add a managed image or a gallery version to the outputs, or run the validators in a VM made from the VHD.",
)
MORE_IDENTITIES = Code(
    id="A2P609",
    severity=Severity.WARNING,
    title="The template has more than one identity.",
    why="Image Builder supports exactly one.",
    remedy="Keep the identity that has the rights.",
)
DEFAULT_NAMED = Code(
    id="A2P610",
    severity=Severity.NOTE,
    title="A default of Image Builder was written into the project.",
    why="Packer's own default differs, or is retired.",
    remedy="Nothing to do. Change it if another value fits better.",
)
TAG_CONFLICT = Code(
    id="A2P611",
    severity=Severity.WARNING,
    title="Two tags of the same name have different values.",
    why="Packer puts one set of tags on the build's resources and on every output.",
    remedy="Rename one of the tags, or correct it after the build.",
)
TOO_MANY_TAGS = Code(
    id="A2P612",
    severity=Severity.ERROR,
    title="There are more than 50 tags, or one is too long.",
    why="Azure allows 50 tags, with names of up to 512 and values of up to 256 characters.",
    remedy="Remove or shorten some.",
)
NETWORK_INCOMPLETE = Code(
    id="A2P613",
    severity=Severity.ERROR,
    title="vnetConfig names the subnet incompletely.",
    why="Packer needs the virtual network, its resource group and the subnet.",
    remedy="Write subnetId, or all three of name, subnetName and resourceGroupName.",
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
PUBLIC_ADDRESS = Code(
    id="A2P641",
    severity=Severity.WARNING,
    title="The build VM has a public address.",
    why="Without a subnet Packer creates a public address and opens the port of SSH or WinRM to the Internet. Image "
    "Builder connects from inside Azure. For Windows Packer also creates a temporary key vault.",
    remedy="Set allowed_inbound_ip_addresses, or name a subnet in vnetConfig.",
)
OPTION_WITHOUT_USE = Code(
    id="A2P615",
    severity=Severity.NOTE,
    title="An option adds nothing.",
    why="The build has nothing that the option applies to.",
    remedy="Leave the option out.",
)
PRIVATE_NETWORK = Code(
    id="A2P614",
    severity=Severity.NOTE,
    title="The build VM is in a subnet and has no public address.",
    why="Image Builder reaches the VM through a proxy VM or a container. Packer connects to it directly.",
    remedy="Run Packer inside the network, or set private_virtual_network_with_public_ip to true.",
)
RESTARTS = Code(
    id="A2P616",
    severity=Severity.NOTE,
    title="A Shell step restarts the VM.",
    why="Image Builder has no restart step for Linux, so templates restart the VM in a Shell step. Packer would treat "
    "the lost connection as a failure. The project allows it for this step, and adds a step that waits for the VM.",
    remedy="Nothing to do. If a downloaded script restarts the VM, add expect_disconnect = true and skip_clean = true "
    "to its provisioner, and start_retry_timeout and pause_before to the next one.",
)
NOT_AN_IMAGE_TEMPLATE = Code(
    id="A2P620",
    severity=Severity.ERROR,
    title="The file contains no image template.",
    why="Only resources of the type Microsoft.VirtualMachineImages/imageTemplates are converted.",
    remedy="Pass the file that contains the image template, or do what the finding says to get one.",
)
LIVE_WHERE_KNOWN_NEEDED = Code(
    id="A2P621",
    severity=Severity.WARNING,
    title="A setting needs a literal value.",
    why="The value decides which blocks the project has, and Packer accepts no variable there.",
    remedy="Pass the parameters that it depends on with -p or --set.",
)
