"""Codes 020 to 039: the files that a template names by their addresses, downloaded at conversion or in the build VM."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

NOT_FOUND = Code(
    id="A2P020",
    severity=Severity.ERROR,
    title="A file is not at its address.",
    why="The server says that there is none (404 or 410); Azure also says so of blobs that you may not see.",
    remedy="Correct the address; for a private blob, sign in with --sign-in az or add a shared access signature to the address.",
)
NOT_ALLOWED = Code(
    id="A2P021",
    severity=Severity.ERROR,
    title="A server does not give a file away.",
    why="It wants a sign-in (401, 403 or 409): the blob is private, the signature has expired, or the account has no role on it.",
    remedy="Sign in with `az login` and --sign-in az, with the role Storage Blob Data Reader on the blob, or renew the signature.",
)
SERVER_FAILED = Code(
    id="A2P022",
    severity=Severity.ERROR,
    title="A server failed to give a file.",
    why="It went on answering with an error of its own, also when it was asked again.",
    remedy="Convert again later, or check the address.",
)
UNREACHABLE = Code(
    id="A2P023",
    severity=Severity.ERROR,
    title="A file could not be downloaded to its end.",
    why="The server cannot be found or reached, or broke the connection off, also when it was asked again.",
    remedy="Check the address and your network (a proxy is taken from HTTPS_PROXY), then convert again.",
)
NOT_TRUSTED = Code(
    id="A2P024",
    severity=Severity.ERROR,
    title="A server cannot be trusted.",
    why="Its certificate is of another name, out of date, or signed by nobody that this machine knows: somebody may sit between.",
    remedy="Correct the address; for a certificate authority of your own, name its file in the environment variable SSL_CERT_FILE.",
)
WRONG_CHECKSUM = Code(
    id="A2P025",
    severity=Severity.ERROR,
    title="A download is not the file that the template names.",
    why="Its sha256 is not the sha256Checksum of the template: the file was changed, or is another one.",
    remedy="Look at the file; if it is the right one, write its sha256 into the template.",
)
TOO_LARGE = Code(
    id="A2P026",
    severity=Severity.ERROR,
    title="A download is too large to be part of a project.",
    why="Files in a project are meant to be kept beside it, and Image Builder's own File step is meant for less than 20 MB.",
    remedy="Use --downloads vm, so that the build VM downloads it, or --downloads fetch.",
)
TIMED_OUT = Code(
    id="A2P027",
    severity=Severity.ERROR,
    title="A download took too long.",
    why="The server sent nothing for a while, or so slowly that the file would not have arrived in time.",
    remedy="Convert again later, or use --downloads fetch, which has no such limit.",
)
TOO_MANY_REDIRECTS = Code(
    id="A2P028",
    severity=Severity.ERROR,
    title="An address leads on and on.",
    why="The server sent to another address more often than is followed; perhaps they send in a circle.",
    remedy="Write the address that the file has in the end.",
)
REDIRECTED_TO_HTTP = Code(
    id="A2P029",
    severity=Severity.ERROR,
    title="An encrypted address leads to one without encryption.",
    why="Anyone on the way could change what will run in the image.",
    remedy="Write an https address that stays encrypted.",
)
HTTP_REFUSED = Code(
    id="A2P030",
    severity=Severity.ERROR,
    title="A file would be downloaded without encryption.",
    why="Anyone on the way can change what will run in the image.",
    remedy="Use https, or allow it with --allow-http.",
)
SIGN_IN_PAGE = Code(
    id="A2P031",
    severity=Severity.ERROR,
    title="A download is a web page instead of a script.",
    why="Servers answer with a page to sign in, or with a page that shows the file, where a program wanted the file itself.",
    remedy="Write the address of the raw file, one that needs no browser.",
)
SIGN_IN_FAILED = Code(
    id="A2P032",
    severity=Severity.ERROR,
    title="The sign-in to Azure Storage failed.",
    why="--sign-in az asks the az command line for a token, and it gave none.",
    remedy="Install az, run `az login`, and convert again.",
)
ADDRESS_UNKNOWN = Code(
    id="A2P033",
    severity=Severity.ERROR,
    title="A file cannot be downloaded yet.",
    why="--downloads vendor downloads at conversion, but the address or the checksum depends on a value that is not known.",
    remedy="Give the value that the finding names with -p or --set, write it into the template, or use --downloads fetch.",
)
NO_IDENTITY = Code(
    id="A2P034",
    severity=Severity.WARNING,
    title="The build VM has no identity to read a blob with.",
    why="Image Builder reads blobs with the template's identity, which the build VM does not have.",
    remedy="Add an identity with the role Storage Blob Data Reader to vmProfile.userAssignedIdentities, unless the blob is public.",
)
CHECKSUM_UNKNOWN = Code(
    id="A2P035",
    severity=Severity.WARNING,
    title="A checksum is not known at conversion.",
    why="The fetch scripts compare checksums that are written into them, and this one depends on a value that is not known.",
    remedy="Give the value that the finding names with -p or --set.",
)
