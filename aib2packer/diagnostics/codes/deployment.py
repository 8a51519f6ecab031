"""Codes 11x to 14x: deployment templates, their parameters, and other files that contain image templates."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

UNKNOWN_PARAMETER = Code(
    id="A2P110",
    severity=Severity.ERROR,
    title="A value was given for a parameter that the template does not have.",
    why="Azure refuses such a parameter file.",
    remedy="Correct the name, or use the parameter file of this template.",
)
WRONG_PARAMETER_TYPE = Code(
    id="A2P111",
    severity=Severity.ERROR,
    title="A parameter's value has the wrong type.",
    why="Azure refuses it.",
    remedy="Give a value of the declared type.",
)
PARAMETER_NOT_ALLOWED = Code(
    id="A2P112",
    severity=Severity.ERROR,
    title="A parameter's value is not allowed.",
    why="Azure refuses it, because of allowedValues or the bounds of value or length.",
    remedy="Give a value that the template allows.",
)
BAD_PARAMETER_FILE = Code(
    id="A2P113",
    severity=Severity.ERROR,
    title="Not a parameter file.",
    why="A parameter file is a JSON object of the parameters, each with its value.",
    remedy="Give an ARM parameter file, or a .bicepparam file.",
)
KEY_VAULT_PARAMETER = Code(
    id="A2P114",
    severity=Severity.NOTE,
    title="A parameter comes from a key vault.",
    why="Azure reads it at deployment; Packer does not, so it is a sensitive variable without a value.",
    remedy="Set the environment variable PKR_VAR_name for the build.",
)
SECRET_LEFT_OUT = Code(
    id="A2P115",
    severity=Severity.WARNING,
    title="The value of a secret parameter is not written into the project.",
    why="Secrets do not belong in files, so the parameter is a sensitive variable without a value.",
    remedy="Set the environment variable PKR_VAR_name for the build.",
)
PARAMETER_WITHOUT_PART = Code(
    id="A2P116",
    severity=Severity.NOTE,
    title="Parameters are not used by the image.",
    why="Only other resources of the deployment use them.",
    remedy="Nothing to do.",
)
PARAMETERS_BESIDE = Code(
    id="A2P145",
    severity=Severity.NOTE,
    title="A parameter file lies beside the template.",
    why="A conversion reads only what it is told to. Parameters without a value become variables.",
    remedy="Convert with --parameters-beside to use it, or name another one with -p.",
)
BAD_DECLARATION = Code(
    id="A2P117",
    severity=Severity.ERROR,
    title="A parameter declaration is invalid.",
    why="Its type is missing or unknown.",
    remedy="Declare it with a type: string, securestring, int, bool, array, object or secureObject.",
)
SECRET_BY_NAME = Code(
    id="A2P118",
    severity=Severity.WARNING,
    title="A plain string parameter has the name of a secret.",
    why="Azure shows the value of a string parameter to everyone who may read the deployment.",
    remedy="Declare it as securestring (Bicep: @secure(), Terraform: sensitive = true), or rename it if its value is no secret.",
)
EMPTY_VALUE = Code(
    id="A2P119",
    severity=Severity.NOTE,
    title="A parameter that needs a value is an empty string.",
    why="A name, a region or an id cannot be empty, so the build asks for the value.",
    remedy="Set the variable for the build, or convert again with a value: --set, or -p with a parameter file.",
)
FIXED_AT_CONVERSION = Code(
    id="A2P120",
    severity=Severity.WARNING,
    title="A value was computed at conversion.",
    why="Packer needs it before variables have values, or has no function that computes it.",
    remedy="To change it, convert again with another value: --set, or -p with a parameter file or a .tfvars file.",
    example="`string(if(parameters('production'), 1, 'none'))` → `\"echo kinds: 1\"`",
)
NOT_DEPLOYED = Code(
    id="A2P121",
    severity=Severity.WARNING,
    title="An image template is never deployed.",
    why="Its condition is always false.",
    remedy="Correct the condition if the image is wanted.",
)
LIVE_CONDITION = Code(
    id="A2P122",
    severity=Severity.NOTE,
    title="The image template is deployed on a condition.",
    why="A deployment may leave it out; a Packer project has no such condition.",
    remedy="Build the image only where the condition holds.",
)
OTHER_RESOURCES = Code(
    id="A2P123",
    severity=Severity.NOTE,
    title="The file also has other resources.",
    why="A Packer project builds images only.",
    remedy="Keep a deployment for them.",
    example='`"Microsoft.Network/virtualNetworks"` beside the image template → nothing',
)
MADE_BY_BICEP = Code(
    id="A2P124",
    severity=Severity.NOTE,
    title="Bicep compiled the template.",
    why="Each compilation writes this file again.",
    remedy="Keep the Bicep file as the source of everything but the image.",
)
COPY_UNKNOWN = Code(
    id="A2P125",
    severity=Severity.ERROR,
    title="The copy count is unknown.",
    why="Each copy becomes a project, so the count must be known.",
    remedy="Pass the parameters that it depends on with -p or --set.",
)
LINKED_TEMPLATE = Code(
    id="A2P126",
    severity=Severity.WARNING,
    title="A nested deployment refers to another file.",
    why="That file is not read.",
    remedy="Convert that file too.",
)
ASKED_OF_AZURE = Code(
    id="A2P127",
    severity=Severity.NOTE,
    title="Only Azure can evaluate an expression.",
    why="It reads a resource (reference, listKeys), or HCL has no such function (uniqueString).",
    remedy="Set the variable that the finding names.",
)
OUTPUTS_LEFT = Code(
    id="A2P128",
    severity=Severity.NOTE,
    title="The deployment's outputs are not converted.",
    why="A Packer project has no outputs.",
    remedy="Read manifest.json after the build.",
)
EXPRESSION_IN_RESOURCE = Code(
    id="A2P129",
    severity=Severity.WARNING,
    title="A bare resource holds an expression.",
    why="Azure evaluates expressions in deployment templates only, so the project keeps the text.",
    remedy="Convert the deployment template, or replace the expression by its value.",
)
NO_SUCH_NAME = Code(
    id="A2P130",
    severity=Severity.ERROR,
    title="No image template has the given name.",
    why="--name picks one of the image templates of a file.",
    remedy="Use one of the names in the finding, or leave --name out.",
)
SEVERAL_TEMPLATES = Code(
    id="A2P131",
    severity=Severity.NOTE,
    title="The file holds several image templates.",
    why="Each becomes a project.",
    remedy="Pick one with --name if you want only that.",
    example="two image templates in one file → `cd PROJECT/ubuntu-base` and `cd PROJECT/windows-base`",
)
BICEP_FILE = Code(
    id="A2P132",
    severity=Severity.ERROR,
    title="A Bicep file is not compiled.",
    why="No Bicep compiler was found, or it refused the file.",
    remedy="Install bicep or az. Or run `az bicep build -f FILE` (`build-params` for a .bicepparam file) where one is, and convert the JSON file.",
)
TOO_LITTLE_KNOWN = Code(
    id="A2P133",
    severity=Severity.ERROR,
    title="Location or properties are unknown.",
    why="A project needs a location, and the properties of the image template.",
    remedy="Pass the parameters that the warnings name with -p or --set.",
)
CLOUD_TAKEN = Code(
    id="A2P134",
    severity=Severity.NOTE,
    title="The cloud is assumed.",
    why="The region is unknown, and Packer signs in to one cloud.",
    remedy="Choose another cloud with --cloud.",
)
PLACEHOLDER_OF_PROGRAM = Code(
    id="A2P135",
    severity=Severity.NOTE,
    title="A placeholder of another program is in the template.",
    why="A shell, Terraform or sed fills it in before Azure gets the template. The project has a variable in its place.",
    remedy="Set the variable for the build.",
)
HALF_PLACEHOLDER = Code(
    id="A2P136",
    severity=Severity.WARNING,
    title="A text looks like half of a placeholder.",
    why="A placeholder begins and ends with its marks, as in `<name>`. Half of one is used as it is.",
    remedy="Complete the placeholder, or write the value.",
)
TOOL_KEYS = Code(
    id="A2P140",
    severity=Severity.NOTE,
    title="A tool added keys to the image template.",
    why="They repeat what other keys say, or tell when and by whom the resource was made.",
    remedy="Nothing to do.",
)
CUT_OFF = Code(
    id="A2P141",
    severity=Severity.ERROR,
    title="ConvertTo-Json cut the image template off.",
    why="It writes two levels of objects, and the type names of what is deeper.",
    remedy="Run ConvertTo-Json with -Depth 100.",
)
WITHOUT_PROPERTIES = Code(
    id="A2P142",
    severity=Severity.ERROR,
    title="A tool printed the image template without its properties.",
    why="Lists of resources have ids, names and tags only.",
    remedy="Run `az resource show --ids ID`, and convert what it prints.",
)
