"""Codes 3xx to 6xx: sources, steps, outputs, and the template as a whole."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

BAD_ID = Code(
    id="A2P301",
    severity=Severity.ERROR,
    title="A resource id is malformed.",
    why="Its parts become separate settings of Packer, so each has to be found.",
    remedy="Write the whole id, from /subscriptions/ on, of a resource of the type that the finding names.",
)
ISO_SOURCE = Code(
    id="A2P302",
    severity=Severity.ERROR,
    title="An ISO source cannot be converted.",
    why="Image Builder stopped taking ISO sources on 2020-03-31, and Packer's azure-arm builder starts from images only.",
    remedy="Start from a Marketplace image: PlatformImage with publisher RedHat and the offer rhel-byos, for RHEL with your own "
    "subscription.",
)
INCOMPLETE_PLATFORM_IMAGE = Code(
    id="A2P303",
    severity=Severity.ERROR,
    title="A PlatformImage lacks its publisher, offer or sku.",
    why="Packer needs all three to find the image.",
    remedy="Add what is missing; `az vm image list` shows the three.",
)
SOURCE_ELSEWHERE = Code(
    id="A2P304",
    severity=Severity.WARNING,
    title="The source image is in another subscription than the build.",
    why="Both Image Builder and Packer look for a managed image in the subscription that builds.",
    remedy="Copy the image, or build in the subscription that holds it.",
)
INTERMEDIATE_IMAGE = Code(
    id="A2P305",
    severity=Severity.NOTE,
    title="The gallery version is made from a managed image.",
    why="The plugin demands a managed image if the source is one. For a TrustedLaunchSupported definition Azure takes versions from a "
    "managed image or VHD only.",
    remedy="Nothing; the project makes it in its temporary resource group, and both vanish together.",
)
NO_SCRIPT = Code(
    id="A2P401",
    severity=Severity.ERROR,
    title="A step has neither inline lines nor a scriptUri.",
    why="Image Builder demands exactly one of the two.",
    remedy="Add one, or remove the step.",
)
TWO_SCRIPTS = Code(
    id="A2P402",
    severity=Severity.ERROR,
    title="A step has both inline lines and a scriptUri.",
    why="Image Builder demands exactly one of the two, and nobody can tell which was meant.",
    remedy="Make two steps of it, or remove one of the two keys.",
)
WRONG_OS = Code(
    id="A2P403",
    severity=Severity.ERROR,
    title="A step belongs to the other operating system.",
    why="Shell steps run on Linux, PowerShell, WindowsRestart and WindowsUpdate steps on Windows only.",
    remedy="Remove the step, or correct the source image; `--os` decides where the template is wrong about it.",
)
BAD_CHECKSUM = Code(
    id="A2P404",
    severity=Severity.ERROR,
    title="A sha256Checksum is not 64 hexadecimal digits.",
    why="No file can have such a checksum.",
    remedy="Write the output of `sha256sum FILE`.",
)
UPPER_CASE_CHECKSUM = Code(
    id="A2P405",
    severity=Severity.NOTE,
    title="A sha256Checksum is in capital letters.",
    why="Image Builder requires small letters; the project compares in small letters.",
    remedy="Write it in small letters if you keep the template.",
)
DUPLICATE_NAME = Code(
    id="A2P406",
    severity=Severity.WARNING,
    title="Two steps have the same name.",
    why="Early versions of Image Builder and `az image builder customizer` refuse it; in the output of a build the two "
    "cannot be told apart.",
    remedy="Give one of the two another name.",
)
BAD_DURATION = Code(
    id="A2P407",
    severity=Severity.ERROR,
    title="A duration is not a number with a unit.",
    why="Packer (and Image Builder, which runs it) takes durations such as 5m, 90s or 1h30m, nothing else.",
    remedy="Write the number with its unit: s, m or h.",
)
BRACES = Code(
    id="A2P408",
    severity=Severity.ERROR,
    title="A text with {{ stands where Packer cannot take it.",
    why="Packer renders this setting as a template again and again, and knows no way to write {{ itself there.",
    remedy="Choose another text, for example another destination.",
)
NOT_NORMAL_FORM = Code(
    id="A2P409",
    severity=Severity.WARNING,
    title="A text changes when HCL reads it.",
    why="HCL brings every text into the Unicode form NFC, and has no character NUL: a letter with a separate accent becomes one "
    "letter.",
    remedy="Use composed letters, or check that the other form means the same there.",
)
SYSTEM_WITHOUT_ELEVATED = Code(
    id="A2P410",
    severity=Severity.ERROR,
    title="runAsSystem is set without runElevated.",
    why="Image Builder demands runElevated: true beside it.",
    remedy="Add runElevated: true, or remove runAsSystem.",
)
ELEVATED_MAY_HANG = Code(
    id="A2P411",
    severity=Severity.NOTE,
    title="An elevated step that is not run as system may hang on Windows 10 and 11.",
    why="Packer runs it as a scheduled task of the login user; on many client images that task never starts, under Image "
    "Builder as well.",
    remedy="Add runAsSystem: true where the step hangs.",
)
NO_DESTINATION = Code(
    id="A2P412",
    severity=Severity.ERROR,
    title="A File step lacks its sourceUri or its destination.",
    why="Without both there is nothing to copy, or nowhere to put it.",
    remedy="Add what is missing; the destination includes the name of the file.",
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
    title="The value of a parameter has {{ in it.",
    why="Packer renders most settings as templates of its own, after it has put the variables in; what a variable brings cannot be "
    "protected from that.",
    remedy="Choose another text, or write it into the template where it is used: there it is protected.",
)
SECRET_IN_TEXT = Code(
    id="A2P418",
    severity=Severity.WARNING,
    title="The text of a step contains a secret.",
    why="Only SAS tokens of scriptUri and sourceUri are left out of the project; secrets in lines, and other ones in URLs, are written "
    "into it.",
    remedy="Make it a secure parameter: it becomes a sensitive variable without a value.",
)
TARGET_LEFT = Code(
    id="A2P501",
    severity=Severity.ERROR,
    title="An output cannot be made from this build.",
    why="One build VM gives one managed image, in its own region and subscription, and one VHD. Further images are made from a gallery "
    "version, further VHDs from one with a uri; the template has none.",
    remedy="Add a SharedImage output to the template, give the VHD a uri, or build an image on a VM of its own with --second-source.",
)
TARGET_BOUND = Code(
    id="A2P516",
    severity=Severity.WARNING,
    title="An output is not made, because something holds the build VM in its region.",
    why="The managed image is to be in another region than the build, and Packer captures an image where its VM is; the subnet, the "
    "source image or the staging resource group of the template lets the VM be nowhere else.",
    remedy="Add a SharedImage output to the template, from which images elsewhere are made after the build.",
)
SECOND_SOURCE = Code(
    id="A2P514",
    severity=Severity.WARNING,
    title="An output is built on a VM of its own.",
    why="--second-source asked for it. Both VMs run the same steps, but not at the same moment: what they download or decide by the "
    "clock may differ, and the build costs twice as much.",
    remedy="Add a SharedImage output, from which all others are made after the build, to have them all from one VM.",
)
BUILT_ELSEWHERE = Code(
    id="A2P515",
    severity=Severity.NOTE,
    title="The build runs where the image is to be, not where the template is.",
    why="Image Builder builds in the region of the template and copies the image; Packer captures a managed image where its VM is.",
    remedy="See that the VM size is to be had in that region, or add a SharedImage output, from which images elsewhere are made.",
)
DUPLICATE_OUTPUT = Code(
    id="A2P502",
    severity=Severity.ERROR,
    title="Two outputs have the same runOutputName.",
    why="Image Builder demands a unique one for each, and the manifest of the build could name only one.",
    remedy="Rename one of the two.",
)
BOTH_REGIONS = Code(
    id="A2P503",
    severity=Severity.ERROR,
    title="replicationRegions and targetRegions stand in one output.",
    why="Image Builder takes one of the two, and they may say different things.",
    remedy="Keep targetRegions.",
)
REGION_ADDED = Code(
    id="A2P504",
    severity=Severity.NOTE,
    title="A region was added to the target regions.",
    why="Azure keeps the first copy of a gallery version in the region of the build, and makes a managed image only where a copy is.",
    remedy="Nothing, unless you would rather build in one of the other regions.",
)
PLACE_ASSUMED = Code(
    id="A2P530",
    severity=Severity.WARNING,
    title="A managed image gets the region and subscription of the build.",
    why="The template takes them from other parameters than those of the build, so they may differ. Packer captures a managed image "
    "where its VM is.",
    remedy="Give both parameters the same value.",
)
STORAGE_DIFFERS = Code(
    id="A2P505",
    severity=Severity.NOTE,
    title="The storage type differs from region to region.",
    why="Packer sets one storage type for the whole gallery version, so it publishes to the regions of one type.",
    remedy="Nothing: distribute.sh adds the other regions after the build, each with its own type.",
)
BLOB_TAG_LEFT = Code(
    id="A2P513",
    severity=Severity.WARNING,
    title="A tag of a VHD is not on its blob.",
    why="A blob has metadata where other resources have tags: Packer sets none, and az takes as names letters, digits and underscores "
    "only.",
    remedy="Rename the tag where the finding says so, set it as metadata after the build, or do without it.",
)
BAD_VERSION = Code(
    id="A2P506",
    severity=Severity.ERROR,
    title="A gallery image version is not three numbers.",
    why="A version is major.minor.patch, each at most 2147483647.",
    remedy="Write it as in 1.2.3.",
)
VERSION_ASKED = Code(
    id="A2P507",
    severity=Severity.WARNING,
    title="The version number of the source image is not known.",
    why="The output takes its version from the source image, and the source does not name one.",
    remedy="Give it with each build: -var image_version=1.2.3.",
)
NUMBERING_UNKNOWN = Code(
    id="A2P541",
    severity=Severity.WARNING,
    title="The API version is unknown, and it decides how gallery versions are numbered.",
    why="Since API version 2022-07-01 Image Builder publishes the next version after the highest one; before, it numbered versions by the "
    "clock (0.<seconds / 65536>.<seconds % 65536>).",
    remedy="Pass the API version with -p or --set, or write it into the template.",
)
BAD_BLOB = Code(
    id="A2P508",
    severity=Severity.ERROR,
    title="The uri of a VHD is not a blob that Packer can write.",
    why="Packer makes the blob's address from account, container and name, and the name always ends in .vhd.",
    remedy="Write it as https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.vhd.",
)
SHALLOW_REGIONS = Code(
    id="A2P509",
    severity=Severity.ERROR,
    title="Shallow replication goes with one region and one replica only.",
    why="Packer refuses it otherwise, and so does Azure.",
    remedy="Name only the build's region, or remove replicationMode.",
)
NO_OUTPUTS = Code(
    id="A2P510",
    severity=Severity.WARNING,
    title="The template makes no output.",
    why="Image Builder demands `distribute`; the project builds the VM and keeps nothing.",
    remedy="Add an output to the template, or remove skip_create_image and add one to the project.",
)
SUBSCRIPTION_DIFFERS = Code(
    id="A2P511",
    severity=Severity.WARNING,
    title="A resource is in another subscription than the build.",
    why="Packer looks for it in the subscription that builds.",
    remedy="Move it, or run the build in its subscription.",
)
BAD_NAME = Code(
    id="A2P512",
    severity=Severity.ERROR,
    title="A managed image has a name that Packer does not take.",
    why="The plugin checks the names of the image and of its resource group before it builds, more strictly than Azure does.",
    remedy="Choose a name of letters, digits, underscores, dots and hyphens.",
)
OTHER_CLOUD = Code(
    id="A2P519",
    severity=Severity.ERROR,
    title="An output goes to another of Azure's clouds than the build.",
    why="A subscription is in one cloud, as are all regions and storage accounts that it can use.",
    remedy="Name regions and addresses of one cloud.",
)
REGION_TWICE = Code(
    id="A2P520",
    severity=Severity.WARNING,
    title="A region of an output is named twice.",
    why="Azure takes each region of a gallery version once, and `West Europe` is `westeurope`.",
    remedy="Keep the one that is meant.",
)
TAG_TAKEN_FOR_EXPRESSION = Code(
    id="A2P521",
    severity=Severity.ERROR,
    title="Azure would take a tag for an expression.",
    why="Packer makes the build VM by a deployment that has the tags in it as they are, and there text in brackets is evaluated; a "
    "way of writing it that the deployment leaves alone would end up in the image as it is written.",
    remedy="Write the tag without the brackets around it.",
)
REFUSED_NAME = Code(
    id="A2P522",
    severity=Severity.WARNING,
    title="Azure takes no such name.",
    why="What has it cannot exist, so that the template was never deployed as it is, or the build will not find it.",
    remedy="Correct the name.",
)
AZ_READS_OTHERWISE = Code(
    id="A2P523",
    severity=Severity.ERROR,
    title="A tag would be misread by az.",
    why="Outputs that Packer cannot publish are made by az. It takes tags as NAME=VALUE: a name ends at the first =, a hyphen begins an "
    "option, and @ names a file.",
    remedy="Choose another name or value for the tag.",
)
UNKNOWN_OS = Code(
    id="A2P601",
    severity=Severity.ERROR,
    title="Nothing tells whether the image is Linux or Windows.",
    why="Packer must know, and the template has no key for it.",
    remedy="Say --os linux or --os windows.",
)
OS_CONFLICT = Code(
    id="A2P602",
    severity=Severity.ERROR,
    title="Parts of the template belong to Linux, others to Windows.",
    why="An image is one or the other.",
    remedy="Remove what does not belong, or say --os linux or --os windows.",
)
TIMEOUT_TOO_SHORT = Code(
    id="A2P603",
    severity=Severity.WARNING,
    title="The build timeout is one that Image Builder cannot keep.",
    why="With 1 to 5 minutes its build fails at once; Packer has no such limit.",
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
    why="It asks for something that the service does around the build.",
    remedy="Do it by other means, as the finding says, or leave it.",
)
BY_HAND = Code(
    id="A2P606",
    severity=Severity.NOTE,
    title="A setting becomes a step that you take by hand.",
    why="Packer has no place for it in a project; MIGRATION.md lists what to do.",
    remedy="Follow MIGRATION.md.",
)
NOT_ABOUT_THE_IMAGE = Code(
    id="A2P607",
    severity=Severity.NOTE,
    title="A key says nothing about the image.",
    why="It belongs to the template as a resource of Azure, or was filled in by the service.",
    remedy="Nothing.",
)
VALIDATORS_LEFT = Code(
    id="A2P608",
    severity=Severity.WARNING,
    title="There is no image that the validators could run in.",
    why="They run in a VM made from the image, and a VHD cannot be booted before it is made an image of.",
    remedy="Add a managed image or a gallery version to the outputs, or run them by hand in a VM made from the VHD.",
)
MORE_IDENTITIES = Code(
    id="A2P609",
    severity=Severity.WARNING,
    title="The template has more than one identity.",
    why="Image Builder supports exactly one.",
    remedy="Keep the one that has the rights.",
)
DEFAULT_NAMED = Code(
    id="A2P610",
    severity=Severity.NOTE,
    title="The template leaves a value to Image Builder, and the project names one.",
    why="Packer's own default is another one, or is retired.",
    remedy="Nothing; change it if another one fits better.",
)
TAG_CONFLICT = Code(
    id="A2P611",
    severity=Severity.WARNING,
    title="Two tags of the same name have different values.",
    why="Packer puts one set of tags on the build's resources and on every output; the output's own value was taken.",
    remedy="Check the tag afterwards, or rename one of the two.",
)
TOO_MANY_TAGS = Code(
    id="A2P612",
    severity=Severity.ERROR,
    title="There are more than 50 tags, or one is too long.",
    why="Azure takes 50 tags, names up to 512 and values up to 256 characters.",
    remedy="Remove some, or shorten them.",
)
NETWORK_INCOMPLETE = Code(
    id="A2P613",
    severity=Severity.ERROR,
    title="The subnet is not named completely.",
    why="Packer needs the virtual network, its resource group and the subnet.",
    remedy="Write subnetId, or all three of name, subnetName and resourceGroupName.",
)
DATA_DISKS_LEFT = Code(
    id="A2P517",
    severity=Severity.WARNING,
    title="An output has no data disks.",
    why="It is made by az from the operating system disk of the gallery version, or from the VHD of that disk.",
    remedy="Use a gallery version where the disks are needed.",
)
SECRET_WORKED_OUT = Code(
    id="A2P518",
    severity=Severity.ERROR,
    title="An output needs a value that is computed from a secret.",
    why="The script distribute.sh takes secrets from the environment, unchanged: others could read the result of a function in a file "
    "or on a command line.",
    remedy="Pass the whole text in a secure parameter of its own, or in a plain one: whoever sees an output sees its tags.",
)
SECURITY_UNKNOWN = Code(
    id="A2P542",
    severity=Severity.NOTE,
    title="The security type of the image definition is unknown.",
    why="Azure takes a version from a VM only if the VM has the security type of the image definition. Versions of a "
    "TrustedLaunchSupported definition come from a managed image, never from the VM.",
    remedy="Look it up with the command in the message, and convert again with the option that belongs to it.",
)
SECURITY_CONFLICT = Code(
    id="A2P543",
    severity=Severity.ERROR,
    title="An output cannot come from a VM of the security type that another output wants.",
    why="Azure makes no managed image of a VM with Trusted Launch, and neither a managed image nor a VHD of a confidential VM.",
    remedy="Remove one of the outputs.",
)
CONFIDENTIAL_SIZE = Code(
    id="A2P544",
    severity=Severity.WARNING,
    title="The VM size starts confidential VMs only.",
    why="Such a VM needs the security type ConfidentialVM, and its image can only be published to an image definition of that type.",
    remedy="Check the security type of the image definition, or choose another vmSize.",
)
PUBLIC_ADDRESS = Code(
    id="A2P641",
    severity=Severity.WARNING,
    title="The build VM has a public address.",
    why="Without a subnet Packer makes a public address, and opens the port of SSH or WinRM to the Internet. Image Builder connects "
    "from inside Azure. For Windows Packer also makes a temporary key vault.",
    remedy="Set allowed_inbound_ip_addresses, or name a subnet in vnetConfig.",
)
OPTION_WITHOUT_USE = Code(
    id="A2P615",
    severity=Severity.NOTE,
    title="An option of the conversion adds nothing.",
    why="It is about something that this build does not have.",
    remedy="Nothing; leave the option out.",
)
PRIVATE_NETWORK = Code(
    id="A2P614",
    severity=Severity.NOTE,
    title="The build VM is in a subnet and has no public address.",
    why="Image Builder reaches it by a proxy VM or a container; Packer connects to it directly.",
    remedy="Run Packer inside the network, or set private_virtual_network_with_public_ip to true.",
)
RESTARTS = Code(
    id="A2P616",
    severity=Severity.NOTE,
    title="A Shell step restarts the VM.",
    why="Image Builder has no step for that on Linux, so templates do it in a Shell step; Packer would take the lost connection for a "
    "failure, so the step may lose it, and a step is added that waits.",
    remedy="Nothing. Where a script from an address restarts the VM, which the conversion cannot see, add expect_disconnect = true and "
    "skip_clean = true to its provisioner, and start_retry_timeout and pause_before to the next one.",
)
NOT_AN_IMAGE_TEMPLATE = Code(
    id="A2P620",
    severity=Severity.ERROR,
    title="There is no image template in the file.",
    why="A resource of the type Microsoft.VirtualMachineImages/imageTemplates is what can be converted.",
    remedy="Give the file that holds the image template.",
)
LIVE_WHERE_KNOWN_NEEDED = Code(
    id="A2P621",
    severity=Severity.WARNING,
    title="A value must be known to be converted, and is not.",
    why="It decides which blocks the project has, and Packer takes no variable there.",
    remedy="Give the parameters that it depends on with -p or --set.",
)
