# ruff: noqa
r"""A stand-in for the WinRM service of a Windows machine, for tests of Packer builds.

A real Packer can run its Windows provisioners against it (powershell,
windows-shell, windows-restart, file, and the windows-update plugin).  Nothing
is executed: the stand-in records, in order, every uploaded file with its exact
bytes and every command, and answers as a healthy Windows would.  It listens on
loopback only.  Python 3.11 standard library, plus the `openssl` command to
make a certificate for HTTPS.

As a library:

    from winrm_standin import WinRM
    with WinRM(port=0, rules=[{"content": "install", "exit": 3010}]) as vm:
        ...run Packer with winrm_host 127.0.0.1 and winrm_port vm.port...
    vm.files["c:/windows/temp/x.ps1"]   # bytes; paths ignore case and slashes
    vm.uploads                          # [(event number, path, bytes)], all of them
    vm.disk                             # like files, but what is still there
    vm.events                           # list of dicts, see below
    vm.steps()                          # short list of what the template's author did
    vm.bytes_of(sha256)                 # an upload by the digest that the events give

As a command (prints one line with the address, then runs until it is ended):

    winrm_standin.py --port 5986 --log events.jsonl [--rules rules.json]
                     [--save DIR] [--plain] [--auth both|negotiate|basic]
                     [--restart-probes N] [--down SECONDS] [--updates N]

`--save DIR` keeps the bytes of each upload as DIR/<sha256>.

Packer side, HTTPS and NTLM (as for Azure; a self-signed certificate is made at
start):  communicator="winrm" winrm_host="127.0.0.1" winrm_port=... winrm_use_ssl=true
winrm_insecure=true winrm_use_ntlm=true winrm_username=... winrm_password=...
Plain HTTP with Basic: WinRM(tls=False) or --plain, without the last three
booleans.  Any credentials are accepted unless WinRM(accounts={user: password}) names
the only ones; then Basic and scheduled tasks need the right password, NTLM only the
user.  The connect event tells which user came and how.  Packer's NTLM client does
not encrypt messages, so NTLM works over plain HTTP as well; clients that do encrypt
them are refused.

Events.  Each has n (1, 2, ...), t (seconds since the start), boot (how many
restarts were complete) and event:
  connect   user, auth (negotiate or basic), tls: when one of these changes
  upload    path, size, sha256, chunks, role: script, env-vars, elevated-wrapper,
            cleanup, windows-update or file
  upload-failed  path, reason
  download  path, found
  command   text       as sent
            decoded    the text of -EncodedCommand, else null
            role       see below
            as_user    who it runs as: the WinRM user, or the scheduled task's user
            elevated   true for a scheduled task; then also inner (the task's
                       command), inner_decoded, password, logon ("password" or
                       "service account")
            runs       the uploaded scripts it starts: [{path, sha256, size}]
            mentions   other uploaded files, present now, that those scripts
                       name in their text: [{path, sha256, size}]
            env        text of Packer's environment script, if it is sourced
            missing    script paths it names that are not on the disk
            exit       the exit code (null for a dropped connection)
            rule       number of the rule that applied, if one did
            warnings   what a real Windows would take amiss
  restart   cause: the machine goes down now      up   it is back
  cut       role, text: a command that met the restart and was lost
  signal    command: the client ended a command that was still running
  fault     reason: a request that real WinRM would refuse too
Roles: script (powershell, windows-shell), elevated, restart, windows-update,
windows-update-check, command (anything else, such as a restart_check_command of
the template's own), and plumbing, which Packer does by itself: connect-check,
restart-probe, restart-abort, restart-check (the default one), registry-check,
cleanup.  The chunk by chunk commands of an upload are not recorded.

Rules.  A list of objects (in the file: the list, or {"rules": [...]}); for each
command the first one that fits applies.  Conditions, all must hold:
  match    regex, searched in text, decoded, inner and inner_decoded
  content  regex, searched in the text of the scripts the command runs
  role     regex for the whole role.  Without it a rule never fits plumbing.
           Role "upload" is the last command of an upload, match its target path.
  user     regex for the whole as_user, ignoring case
  after    skip this many fitting commands first;  times: then fit only so often
Effects: exit (number), stdout, stderr (text), delay (seconds before the end),
drop (true or "receive": the connection breaks while it runs; "command": before
it starts), restart (true: the machine restarts once the command is over).

A restart: the first `restart_probes` contacts find it still going down
(Packer's probe is answered 1115, anything else is cut off), then connections
are cut off for `down_seconds`, then it is up.  Packer sleeps 10 s after each
1115; use restart_probes=0 for fast tests.
`updates`: how many runs of windows-update find something and want a restart.

A connection that breaks while a command runs (drop): Packer 1.16 starts the step
again, Packer 1.6.6 takes it for exit code 16001.  Passwords are recorded in clear:
use made-up ones.
Not modelled: what scripts do, permissions, quotas, the time limits of shells.
"""

import argparse
import base64
import binascii
import collections.abc
import hashlib
import html
import http.server
import ipaddress
import json
import ntpath
import os
import re
import signal
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import xml.etree.ElementTree as ET

NS = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer",
    "f": "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault",
    "rsp": "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
}
TRANSFER, SHELL = NS["x"] + "/", NS["rsp"] + "/"
FAULT_ACTION = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
PLUMBING = {
    "upload-chunk",
    "upload",
    "upload-clean",
    "download",
    "connect-check",
    "restart-probe",
    "restart-abort",
    "restart-check",
    "registry-check",
    "cleanup",
}
SCRIPT_NAMES = (".ps1", ".bat", ".cmd", ".vbs")
COMMAND_LIMIT = 8191  # cmd.exe
BUSY, SCHEDULED, NONE_PENDING = 1115, 1190, 1116
HOSTNAME = "WIN-STANDIN"
SERVICE_ACCOUNTS = {"system", "local service", "network service", "localservice", "networkservice"}


# ---------------------------------------------------------------- text of Windows' shells


def environment(user):
    home = "C:\\Users\\" + user
    pairs = {
        "TEMP": home + r"\AppData\Local\Temp",
        "TMP": home + r"\AppData\Local\Temp",
        "USERPROFILE": home,
        "USERNAME": user,
        "APPDATA": home + r"\AppData\Roaming",
        "LOCALAPPDATA": home + r"\AppData\Local",
        "SystemRoot": r"C:\Windows",
        "windir": r"C:\Windows",
        "SystemDrive": "C:",
        "ProgramData": r"C:\ProgramData",
        "ALLUSERSPROFILE": r"C:\ProgramData",
        "ProgramFiles": r"C:\Program Files",
        "ProgramFiles(x86)": r"C:\Program Files (x86)",
        "PUBLIC": r"C:\Users\Public",
        "COMPUTERNAME": HOSTNAME,
        "HOMEDRIVE": "C:",
        "HOMEPATH": home[2:],
    }
    return {name.lower(): value for name, value in pairs.items()}


def expand_percent(text, env):
    """%NAME% as cmd.exe does it on a command line: unknown names stay as they are."""
    return re.sub(r"%([^%\r\n]+)%", lambda m: env.get(m[1].lower(), m[0]), text)


def expand_dollar_env(text, env):
    return re.sub(r"\$\{?env:([\w()]+)\}?", lambda m: env.get(m[1].lower(), m[0]), text, flags=re.I)


def powershell_string(body, env, variables=()):
    """The value of a PowerShell double-quoted string, given what is between the quotes."""
    variables = dict(variables)
    escapes = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "a": "\a", "b": "\b"}

    def value(m):
        if m["esc"] is not None:
            return escapes.get(m["esc"], m["esc"])
        if m["quote"]:
            return '"'
        name = (m["braced"] or m["plain"]).lower()
        if name.startswith("env:"):
            return env.get(name[4:], "")
        return variables.get(name, "")

    return re.sub(
        r'`(?P<esc>.)|(?P<quote>"")|\$\{(?P<braced>[^}]+)\}'
        r"|\$(?P<plain>(?:env:)?\w+)",
        value,
        body,
        flags=re.I | re.S,
    )


def encoded_command(text):
    """(decoded text or None, complaint or None) for a PowerShell command line."""
    if not re.search(r"(?i)\b(powershell|pwsh)\b", text):
        return None, None
    m = re.search(r"""(?i)\s[-/](?:e|ec|en[a-z]*)\s+["']?([A-Za-z0-9+/=]{4,})["']?""", text)
    if not m:
        return None, None
    try:
        return base64.b64decode(m[1], validate=True).decode("utf-16-le"), None
    except (binascii.Error, UnicodeDecodeError) as exc:
        return None, f"-EncodedCommand does not decode: {exc}"


def script_text(data):
    for mark, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(codec, "replace")
    return data.decode("utf-8", "replace")


def full_path(path, env=None):
    """Absolute form of a Windows path, backslashes, upper case drive letter."""
    path = path.replace("/", "\\")
    if path.startswith("\\") and not path.startswith("\\\\"):
        path = "C:" + path
    elif not re.match(r"[A-Za-z]:|\\\\", path):
        path = (env or {}).get("userprofile", "C:") + "\\" + path
    path = ntpath.normpath(path)
    return path[:1].upper() + path[1:]


class WindowsFiles(collections.abc.MutableMapping):
    """path -> bytes; ignores case and the kind of slash; keeps the first spelling."""

    def __init__(self):
        self._items = {}

    def __getitem__(self, path):
        return self._items[full_path(path).lower()][1]

    def __setitem__(self, path, data):
        path = full_path(path)
        spelling = self._items.get(path.lower(), (path,))[0]
        self._items[path.lower()] = (spelling, bytes(data))

    def __delitem__(self, path):
        del self._items[full_path(path).lower()]

    def __iter__(self):
        return iter([spelling for spelling, _ in self._items.values()])

    def __len__(self):
        return len(self._items)


class Disk(WindowsFiles):
    """The files that are there now, and the directories above them."""

    def __init__(self):
        super().__init__()
        self._directories = set()
        for path in (
            r"C:\Windows\Temp",
            r"C:\Windows\System32",
            r"C:\Users\Public",
            r"C:\Program Files",
            r"C:\Program Files (x86)",
            r"C:\ProgramData",
        ):
            self.make_directory(path)

    def make_directory(self, path):
        path = full_path(path).lower()
        while path not in self._directories:
            self._directories.add(path)
            path = ntpath.dirname(path)

    def is_directory(self, path):
        return full_path(path).lower() in self._directories

    def __setitem__(self, path, data):
        super().__setitem__(path, data)
        self.make_directory(ntpath.dirname(full_path(path)))


# ---------------------------------------------------------------- rules


class Rule:
    CONDITIONS = {"match", "content", "role", "user", "after", "times"}
    EFFECTS = {"exit", "stdout", "stderr", "delay", "drop", "restart"}

    def __init__(self, number, spec):
        unknown = set(spec) - self.CONDITIONS - self.EFFECTS
        if unknown:
            raise ValueError(f"rule {number}: unknown {', '.join(sorted(unknown))}")
        if spec.get("drop") not in (None, False, True, "receive", "command"):
            raise ValueError(f'rule {number}: drop is true, "receive" or "command"')
        self.number, self.spec, self.seen = number, spec, 0

    def fits(self, cmd):
        spec = self.spec
        if "role" in spec:
            if not re.fullmatch(spec["role"], cmd.role):
                return False
        elif cmd.role in PLUMBING:
            return False
        if "user" in spec and not re.fullmatch(spec["user"], cmd.as_user, re.I):
            return False
        if "match" in spec and not any(
            re.search(spec["match"], text) for text in (cmd.text, cmd.decoded, cmd.inner, cmd.inner_decoded, cmd.target) if text
        ):
            return False
        if "content" in spec and not any(re.search(spec["content"], script_text(data)) for _, data in cmd.scripts):
            return False
        self.seen += 1
        after = spec.get("after", 0)
        return after < self.seen <= after + spec.get("times", float("inf"))

    def apply(self, cmd):
        spec = self.spec
        cmd.rule = self.number
        cmd.exit = spec.get("exit", cmd.exit)
        cmd.stdout = spec.get("stdout", cmd.stdout)
        cmd.stderr = spec.get("stderr", cmd.stderr)
        cmd.delay = spec.get("delay", 0)
        cmd.restart = spec.get("restart", False)
        cmd.drop = {True: "receive", None: False}.get(spec.get("drop"), spec.get("drop"))


# ---------------------------------------------------------------- the machine


class ConnectionCut(Exception):
    """The client gets no answer, its connection ends."""


class Command:
    """One command line: what is known about it, and how it will end."""

    def __init__(self, text, login):
        self.text, self.as_user = text, login
        self.decoded = self.inner = self.inner_decoded = self.target = None
        self.elevated, self.password = False, None
        self.role = "command"
        self.scripts = []  # [(path, bytes)] that it runs
        self.missing, self.warnings = [], []
        self.env_text = self.rule = None
        self.exit, self.stdout, self.stderr = 0, "", ""
        self.delay, self.drop, self.restart = 0, False, False
        self.effects = []  # run when it ends well
        self.recorded = True
        self.ready = None  # time at which it is over
        self.ended = threading.Event()  # by the client's signal

    def fail(self, code, message):
        self.exit, self.stderr = code, message + "\r\n"


class Machine:
    """The pretended Windows: its disk, its restarts, and what commands answer."""

    def __init__(self, rules=(), restart_probes=1, down_seconds=0, updates=0, log=None, save=None):
        self.rules = [Rule(i, spec) for i, spec in enumerate(rules, 1)]
        self.restart_probes, self.down_seconds, self.updates = restart_probes, down_seconds, updates
        self.log, self.save = log, save
        self.events, self.uploads = [], []
        self.files, self.disk = WindowsFiles(), Disk()
        self.chunks = {}  # temporary file -> its lines, during an upload
        self.lock = threading.RLock()
        self.started = time.monotonic()
        self.boot = 0
        self.contacts_left = None  # not None: restarting
        self.down_until = None
        self.scheduled = None  # (when, cause) of a coming restart
        self.accounts = None  # lower-case user -> password; None: anyone
        self.on_up = lambda: None

    def record(self, kind, **fields):
        with self.lock:
            event = {
                "n": len(self.events) + 1,
                "t": round(time.monotonic() - self.started, 3),
                "boot": self.boot,
                "event": kind,
                **fields,
            }
            self.events.append(event)
            if self.log:
                self.log.write(json.dumps(event, ensure_ascii=False) + "\n")
                self.log.flush()
            return event

    def knows(self, user, password=None):
        """Whether the user exists, and the password, where one is given, is theirs."""
        if self.accounts is None:
            return True
        wanted = self.accounts.get(user.rpartition("\\")[2].lower())
        return wanted is not None and password in (None, wanted)

    # -- restarts

    def begin_restart(self, cause):
        self.scheduled = None
        self.contacts_left, self.down_until = self.restart_probes, None
        self.record("restart", cause=cause)

    def contact(self):
        """A client opens a shell: cut off while down; ends a restart that is due to end."""
        with self.lock:
            if self.scheduled and time.monotonic() >= self.scheduled[0]:
                self.begin_restart(self.scheduled[1])
            if self.contacts_left is None or self.contacts_left > 0:
                return
            if self.down_until is None:
                self.down_until = time.monotonic() + self.down_seconds
            if time.monotonic() < self.down_until:
                raise ConnectionCut
            self.contacts_left = self.down_until = None
            self.boot += 1
            self.on_up()
            self.record("up")

    def shutdown(self, cmd, text):
        """True if the text is a restart, or the end of one, and cmd knows its answer."""
        if re.search(r"(?i)\brestart-computer\b", text):
            cmd.role = "restart"
            cmd.effects.append(lambda: self.begin_restart(cmd.text))
            return True
        m = re.search(r"(?i)\bshutdown(?:\.exe)?\s+([/-][^&|]*)", text)
        if not m:
            return False
        flags = dict(re.findall(r"(?:^|\s)[/-]([a-z]+)(?:[\s:]+(\d+))?", re.sub(r'"[^"]*"|\'[^\']*\'', "", m[1].lower())))
        if "a" in flags:
            cmd.role = "restart-abort"
            if self.scheduled:
                cmd.effects.append(lambda: setattr(self, "scheduled", None))
            else:
                cmd.fail(
                    NONE_PENDING, f"Unable to abort the system shutdown because no shutdown was in progress.({NONE_PENDING})"
                )
            return True
        if "r" not in flags and "g" not in flags:
            return False
        cmd.role = "restart-probe" if "packer restart test" in text else "restart"
        wait = int(flags.get("t") or (30 if "t" not in flags else 0))
        if self.contacts_left is not None:
            cmd.fail(BUSY, f"A system shutdown is in progress.({BUSY})")
        elif self.scheduled:
            cmd.fail(SCHEDULED, f"A system shutdown has already been scheduled.({SCHEDULED})")
        elif wait:
            due = (time.monotonic() + wait, cmd.text)
            cmd.effects.append(lambda: setattr(self, "scheduled", due))
        else:
            cmd.effects.append(lambda: self.begin_restart(cmd.text))
        return True

    # -- commands

    def run(self, text, login):
        """Answer a command line: a Command with its outcome set, recorded and in effect."""
        with self.lock:
            cmd = Command(text, login)
            restarting = self.contacts_left is not None
            if restarting:
                self.contacts_left -= 1
            self.classify(cmd, environment(login))
            if restarting and cmd.exit != BUSY:
                self.record("cut", role=cmd.role, text=cmd.text)
                raise ConnectionCut
            for rule in self.rules:
                if rule.fits(cmd):
                    rule.apply(cmd)
                    break
            if cmd.drop:
                cmd.exit = None
            if cmd.recorded:
                self.record("command", **self.describe(cmd))
            if cmd.drop != "command" and (cmd.exit == 0 or cmd.role not in PLUMBING | {"restart"}):
                for effect in cmd.effects:
                    effect()
            if cmd.restart:
                self.begin_restart(cmd.text)
            cmd.ready = time.monotonic() + cmd.delay
            return cmd

    def classify(self, cmd, env):
        if len(cmd.text) > COMMAND_LIMIT:
            cmd.warnings.append(f"{len(cmd.text)} characters, cmd.exe takes {COMMAND_LIMIT}")
            return cmd.fail(1, "The command line is too long.")
        if re.search(r"[\r\n]", cmd.text.strip()):
            cmd.warnings.append("line break in a command line: cmd.exe stops there")
        m = re.fullmatch(r'echo (\S*) *>> *"([^"]*winrmcp-[^"]*)"', cmd.text)
        if m:
            return self.upload_chunk(cmd, m[1], full_path(expand_percent(m[2], env), env))
        cmd.decoded, complaint = encoded_command(cmd.text)
        if complaint:
            cmd.warnings.append(complaint)
            return cmd.fail(
                1, "Cannot process the command because the value specified with -EncodedCommand is not properly encoded."
            )
        told = cmd.decoded or cmd.text
        if cmd.decoded and self.upload_plumbing(cmd, env):
            return
        for pattern, role, answer in (
            (r'echo "WinRM connected\."', "connect-check", "WinRM connected."),
            (r'echo \("\{0\} restarted\."', "restart-check", f"{HOSTNAME} restarted."),
            (r'^(?:\$ProgressPreference[^;]*;)?Test-Path "HKLM:', "registry-check", "False"),
        ):
            if re.search(pattern, told):
                cmd.role, cmd.stdout = role, answer + "\r\n"
                return
        if self.shutdown(cmd, told):
            return
        self.find_scripts(cmd, told, env)
        wrapper = next((item for item in cmd.scripts if re.search(r"(?i)\\packer-[^\\]*elevated[^\\]*\.ps1$", item[0])), None)
        if wrapper:
            cmd.scripts.remove(wrapper)
            self.scheduled_task(cmd, *wrapper)
        elif any(ntpath.basename(p).lower().startswith("packer-cleanup-") for p, _ in cmd.scripts):
            cmd.role = "cleanup"
            cmd.effects.append(lambda: self.clean_up(cmd, env))
        elif cmd.scripts:
            cmd.role = "script"
        elif not cmd.missing:
            self.plain_echo(cmd, told)

    def upload_chunk(self, cmd, content, path):
        cmd.role, cmd.recorded = "upload-chunk", False
        cmd.effects.append(lambda: self.chunks.setdefault(path.lower(), []).append(content))

    def upload_plumbing(self, cmd, env):
        """winrmcp's PowerShell around the chunks, and Packer's download; True if it was one."""

        def quoted(pattern):
            m = re.search(pattern, cmd.decoded)
            return m and full_path(powershell_string(m[1], env).strip("'"), env)

        source = quoted(r'\$tmp_file_path = \[System\.IO\.Path\]::GetFullPath\("(.*?)"\)')
        target = quoted(r'\$dest_file_path = \[System\.IO\.Path\]::GetFullPath\("(.*?)"\.Trim')
        if source and target and "FromBase64String" in cmd.decoded:
            cmd.role, cmd.recorded, cmd.target = "upload", False, target
            if self.disk.is_directory(target):
                self.record("upload-failed", path=target, reason="is a directory")
                cmd.exit = 1
            cmd.effects.append(lambda: self.finish_upload(cmd, source, target))
            return True
        if source and not target and "Remove-Item" in cmd.decoded:
            cmd.role, cmd.recorded = "upload-clean", False
            cmd.effects.append(lambda: self.chunks.pop(source.lower(), None))
            return True
        path = quoted(r'\$file=\[System\.IO\.File\]::ReadAllBytes\("(.*?)"\);')
        if path:
            cmd.role, cmd.recorded, cmd.target = "download", False, path
            data = self.disk.get(path)
            self.record("download", path=path, found=data is not None)
            if data is None:
                cmd.fail(1, f"Could not find file '{path}'.")
            else:
                cmd.stdout = base64.b64encode(data).decode() + "\r\n"
            return True
        return False

    def finish_upload(self, cmd, source, target):
        lines = self.chunks.get(source.lower(), [])
        try:
            data = b"".join(base64.b64decode(line, validate=True) for line in lines)
        except binascii.Error as exc:
            self.record("upload-failed", path=target, reason=f"not base64: {exc}")
            cmd.fail(1, "The input is not a valid Base-64 string.")
            return
        self.disk[target] = self.files[target] = data
        digest = hashlib.sha256(data).hexdigest()
        name = ntpath.basename(target).lower()
        in_temp = ntpath.dirname(target).lower() == r"c:\windows\temp"
        role = "file"
        if in_temp:
            for pattern, kind in (
                (r"packer-ps-env-vars-.*", "env-vars"),
                (r"packer-elevated-shell-.*", "elevated-wrapper"),
                (r"packer-windows-update.*", "windows-update"),
                (r"packer-cleanup-.*", "cleanup"),
                (r"script(-.*)?\.(ps1|bat)", "script"),
            ):
                if re.fullmatch(pattern, name):
                    role = kind
        event = self.record("upload", role=role, path=target, size=len(data), sha256=digest, chunks=len(lines))
        self.uploads.append((event["n"], target, data))
        if self.save:
            os.makedirs(self.save, exist_ok=True)
            with open(os.path.join(self.save, digest), "wb") as out:
                out.write(data)

    def find_scripts(self, cmd, text, env):
        """Which files on the disk the command line names, and which scripts are not there."""
        text = expand_dollar_env(expand_percent(text, env), env)
        for m in re.finditer(
            r'"([a-z]:[\\/][^"]*)"'
            r"|'([a-z]:[\\/][^']*)'"
            r"|(?<![\w:])([a-z]:[\\/][^\s\"'<>|;,&(){}]*)",
            text,
            re.I,
        ):
            path = full_path(next(filter(None, m.groups())), env)
            if path in self.disk:
                if ntpath.basename(path).lower().startswith("packer-ps-env-vars-"):
                    cmd.env_text = script_text(self.disk[path])
                elif (path, self.disk[path]) not in cmd.scripts:
                    cmd.scripts.append((path, self.disk[path]))
            elif path.lower().endswith(SCRIPT_NAMES) and path not in cmd.missing:
                cmd.missing.append(path)
                if re.search(r"(?i)^c:\\windows\\temp\\(packer-|script)", path):
                    cmd.fail(1, f"'{path}' does not exist.")

    def scheduled_task(self, cmd, path, data):
        """The wrapper script registers a task and runs it: read the task out of it."""
        cmd.elevated, cmd.role = True, "elevated"
        text = script_text(data)
        variables = {}
        for m in re.finditer(r'(?m)^\$(\w+) = "((?:[^"`]|`.|"")*)"\s*$', text):
            variables.setdefault(m[1].lower(), powershell_string(m[2], {}, variables))
        call = re.search(r"RegisterTaskDefinition\(([^\r\n]*)\)", text)
        user = call and re.match(r'\$name, \$t, 6, (?:\$(\w+)|"((?:[^"`]|`.)*)"), ', call[1])
        task = re.search(r"(?s)@'\s*(<.*?)'@", text)
        action = re.search(r"(?s)<Arguments>/c (.*?)</Arguments>", text)
        if not (user and task and action):
            cmd.warnings.append(f"{path}: no scheduled task that can be read")
            return cmd.fail(1, "The task definition could not be registered.")
        cmd.as_user = variables.get(user[1].lower(), "") if user[1] else powershell_string(user[2], {}, variables)
        cmd.password = variables.get("password", "")
        name = cmd.as_user.rpartition("\\")[2].lower()
        if name not in SERVICE_ACCOUNTS and not self.knows(cmd.as_user, cmd.password):
            cmd.warnings.append(f"{cmd.as_user}: no such user, or not their password")
            return cmd.fail(1, "The user name or password is incorrect.")
        try:
            ET.fromstring(re.sub(r"^<\?xml[^>]*\?>\s*", "", task[1]))
        except ET.ParseError as exc:
            cmd.warnings.append(f"{path}: the task's XML does not parse: {exc}")
            return cmd.fail(1, "The task XML is malformed.")
        cmd.inner = re.sub(r"\s*>\s*%SYSTEMROOT%[\\/]Temp[\\/]packer-\S+\.out 2>&1$", "", html.unescape(action[1]))
        cmd.inner_decoded, complaint = encoded_command(cmd.inner)
        if complaint:
            cmd.warnings.append(complaint)
            cmd.exit = 1
        self.find_scripts(cmd, cmd.inner_decoded or cmd.inner, environment(cmd.as_user))
        if re.search(r"(?m)^\$script = ", text):  # Packer's own wrapper removes itself
            cmd.effects.append(lambda: self.disk.pop(path, None))
        if any(re.search(r"(?i)\\packer-windows-update\.ps1$", p) for p, _ in cmd.scripts):
            self.windows_update(cmd)

    def windows_update(self, cmd):
        told = cmd.inner_decoded or cmd.inner
        cmd.role = "windows-update"
        if "-OnlyCheckForRebootRequired" in told:
            cmd.role = "windows-update-check"
            lines, cmd.exit = [f"{HOSTNAME} restarted."], 0
        elif re.search(r"-(SearchCriteria|Filters|UpdateLimit)\s*(-[A-Z]|$)", told):
            cmd.warnings.append("a parameter of the update script has no value")
            return cmd.fail(1, "Missing an argument for parameter.")
        elif self.updates > 0:
            cmd.effects.append(lambda: setattr(self, "updates", self.updates - 1))
            lines = [
                "Searching for Windows updates...",
                "Found Windows update (2026-01-13; 1.00 MB): Stand-in Update (KB0000000)",
                "Downloading Windows updates (1 updates; 1.00 MB)...",
                "Installing Windows updates...",
                "Windows update installation completed. Checking for more updates after a reboot...",
            ]
            cmd.exit = 101
        else:
            lines = ["Searching for Windows updates...", "No Windows updates found"]
        cmd.stdout = "".join(f"{line}\r\n" for line in [*lines, f"Exiting with code {cmd.exit}"])

    def clean_up(self, cmd, env):
        for _, data in cmd.scripts:
            for line in script_text(data).splitlines():
                m = re.fullmatch(r"if \(Test-Path (.+?)\) \{Remove-Item \1\}", line.strip())
                if m:
                    self.disk.pop(full_path(m[1].strip("'\""), env), None)

    def plain_echo(self, cmd, text):
        """The one kind of command whose output is plain to see."""
        m = re.search(r"""(?i)\b(?:write-output|write-host|echo)\s+(["'])(.*?)\1""", text) or re.match(
            r"(?i)echo\s+([^\"'>|&\r\n]*)()", text
        )
        if m and not re.search(r"[>|]", text[m.end() :]):
            cmd.stdout = (m[2] or m[1]).strip() + "\r\n"

    def describe(self, cmd):
        def listing(items):
            return [{"path": path, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for path, data in items]

        texts = [script_text(data).lower().replace("/", "\\") for _, data in cmd.scripts]
        own = {path.lower() for path, _ in cmd.scripts}
        mentions = [
            (path, self.disk[path])
            for path in self.disk
            if path.lower() not in own and any(re.search(re.escape(path.lower()) + r"(?![\w\\-]|\.\w)", text) for text in texts)
        ]
        fields = {"role": cmd.role, "text": cmd.text, "decoded": cmd.decoded, "as_user": cmd.as_user, "elevated": cmd.elevated}
        if cmd.elevated:
            fields.update(
                inner=cmd.inner,
                inner_decoded=cmd.inner_decoded,
                password=cmd.password,
                logon="password" if cmd.password else "service account",
            )
        fields.update(runs=listing(cmd.scripts), mentions=listing(mentions))
        for name, value in (("env", cmd.env_text), ("missing", cmd.missing), ("rule", cmd.rule), ("warnings", cmd.warnings)):
            if value:
                fields[name] = value
        return {**fields, "exit": cmd.exit}


# ---------------------------------------------------------------- NTLM


def ntlm_challenge():
    """A challenge that asks for NTLMv2 without signing keys; the answer is not checked."""
    flags = sum(1 << bit for bit in (0, 2, 9, 15, 17, 19, 23, 25, 29, 31))
    name = HOSTNAME.encode("utf-16-le")
    now = struct.pack("<Q", (int(time.time()) + 11644473600) * 10_000_000)
    info = b"".join(
        struct.pack("<HH", kind, len(value)) + value
        for kind, value in ((2, name), (1, name), (4, name), (3, name), (7, now), (0, b""))
    )
    head = 56
    return (
        b"NTLMSSP\0"
        + struct.pack("<IHHI", 2, len(name), len(name), head)
        + struct.pack("<I", flags)
        + os.urandom(8)
        + bytes(8)
        + struct.pack("<HHI", len(info), len(info), head + len(name))
        + bytes([10, 0])
        + struct.pack("<H", 17763)
        + bytes([0, 0, 0, 15])
        + name
        + info
    )


def ntlm_type(token):
    return struct.unpack_from("<I", token, 8)[0] if token[:8] == b"NTLMSSP\0" else 0


def ntlm_user(token):
    def field(offset):
        size, _, start = struct.unpack_from("<HHI", token, offset)
        return token[start : start + size].decode("utf-16-le", "replace")

    domain, user = field(28), field(36)
    return user if domain in ("", HOSTNAME) else f"{domain}\\{user}"


# ---------------------------------------------------------------- SOAP over HTTP


class Fault(Exception):
    def __init__(self, code, subcode, reason):
        super().__init__(reason)
        self.code, self.subcode, self.reason = code, subcode, reason


def iso_seconds(text):
    m = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?", text or "")
    if not m:
        return 60.0
    days, hours, minutes, seconds = (float(part or 0) for part in m.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def envelope(action, body, relates=""):
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())
    return (
        f'<s:Envelope xml:lang="en-US" {spaces}><s:Header><a:Action>{action}</a:Action>'
        f"<a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>"
        "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
        f"<a:RelatesTo>{html.escape(relates)}</a:RelatesTo></s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


class Service:
    """Shells and commands: one SOAP request in, one answer out."""

    PIECE = 64 * 1024  # output bytes in one answer

    def __init__(self, machine):
        self.machine = machine
        self.shells = {}  # shell id -> {command id: (Command, [rest of out, rest of err])}
        machine.on_up = self.shells.clear

    def answer(self, body, user):
        """(HTTP status, XML) for a request."""
        relates = ""
        try:
            try:
                root = ET.fromstring(body)
            except ET.ParseError as exc:
                raise Fault("2150858761", "w:SchemaValidationError", f"The XML is not well formed: {exc}") from None
            relates = root.findtext(".//a:MessageID", "", NS)
            action = root.findtext(".//a:Action", "", NS)
            handler = {
                TRANSFER + "Create": self.create,
                TRANSFER + "Delete": self.delete,
                SHELL + "Command": self.command,
                SHELL + "Receive": self.receive,
                SHELL + "Send": self.send,
                SHELL + "Signal": self.signal,
            }.get(action)
            if not handler:
                raise Fault("2150858778", "a:ActionNotSupported", f"Unknown action {action!r}")
            return 200, envelope(action + "Response", handler(root, user), relates)
        except Fault as fault:
            if fault.subcode != "w:TimedOut":
                self.machine.record("fault", reason=fault.reason)
            reason = html.escape(fault.reason)
            return 500, envelope(
                FAULT_ACTION,
                (
                    f"<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{fault.subcode}"
                    f'</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">{reason}'
                    f'</s:Text></s:Reason><s:Detail><f:WSManFault Code="{fault.code}" '
                    f'Machine="{HOSTNAME}"><f:Message>{reason}</f:Message></f:WSManFault></s:Detail>'
                    "</s:Fault>"
                ),
                relates,
            )

    def shell(self, root):
        shell_id = root.findtext(".//w:Selector[@Name='ShellId']", "", NS).strip()
        if shell_id not in self.shells:
            raise Fault(
                "2150858843",
                "w:InvalidSelectors",
                "The request for the Windows Remote Shell failed because the shell was not found on the server.",
            )
        return shell_id

    def entry(self, root, element):
        commands = self.shells[self.shell(root)]
        node = root.find(f".//rsp:{element}", NS)
        command_id = node.get("CommandId", "") if node is not None else ""
        if command_id not in commands:
            raise Fault("2150858843", "w:InvalidParameter", "The command was not found.")
        return command_id, commands[command_id]

    def create(self, root, user):
        self.machine.contact()
        shell_id = str(uuid.uuid4()).upper()
        self.shells[shell_id] = {}
        return (
            "<x:ResourceCreated><a:ReferenceParameters><w:ResourceURI>"
            f'{SHELL}cmd</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">{shell_id}'
            "</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>"
            f"<rsp:Shell><rsp:ShellId>{shell_id}</rsp:ShellId>"
            "<rsp:InputStreams>stdin</rsp:InputStreams>"
            "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"
        )

    def command(self, root, user):
        commands = self.shells[self.shell(root)]
        text = root.findtext(".//rsp:CommandLine/rsp:Command", "", NS)
        words = [node.text or "" for node in root.findall(".//rsp:CommandLine/rsp:Arguments", NS)]
        cmd = self.machine.run(" ".join([text, *words]), user)
        if cmd.drop == "command":
            raise ConnectionCut
        command_id = str(uuid.uuid4()).upper()
        commands[command_id] = (cmd, [cmd.stdout.encode(), cmd.stderr.encode()])
        return f"<rsp:CommandResponse><rsp:CommandId>{command_id}</rsp:CommandId></rsp:CommandResponse>"

    def receive(self, root, user):
        command_id, (cmd, rest) = self.entry(root, "Receive/rsp:DesiredStream")
        left = cmd.ready - time.monotonic()
        if left > 0 and not cmd.ended.is_set():
            limit = iso_seconds(root.findtext(".//w:OperationTimeout", "", NS))
            cmd.ended.wait(min(left, limit))
            if left > limit and not cmd.ended.is_set():
                raise Fault(
                    "2150858793",
                    "w:TimedOut",
                    "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.",
                )
        if cmd.drop:
            raise ConnectionCut
        parts = []
        for index, name in enumerate(("stdout", "stderr")):
            piece, rest[index] = rest[index][: self.PIECE], rest[index][self.PIECE :]
            if piece:
                parts.append(
                    f'<rsp:Stream Name="{name}" CommandId="{command_id}">{base64.b64encode(piece).decode()}</rsp:Stream>'
                )
        if any(rest):
            state = f'State="{SHELL}CommandState/Running"/>'
        else:
            code = -1073741510 if cmd.ended.is_set() and left > 0 else cmd.exit
            state = f'State="{SHELL}CommandState/Done"><rsp:ExitCode>{code}</rsp:ExitCode></rsp:CommandState>'
        parts.append(f'<rsp:CommandState CommandId="{command_id}" {state}')
        return f"<rsp:ReceiveResponse>{''.join(parts)}</rsp:ReceiveResponse>"

    def send(self, root, user):
        self.entry(root, "Send/rsp:Stream")
        return "<rsp:SendResponse/>"

    def signal(self, root, user):
        _, (cmd, _) = self.entry(root, "Signal")
        if cmd.ready > time.monotonic() and not cmd.ended.is_set():
            self.machine.record("signal", command=cmd.text)
        cmd.ended.set()
        return "<rsp:SignalResponse/>"

    def delete(self, root, user):
        self.shells.pop(self.shell(root), None)
        return ""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 900
    wbufsize = -1  # headers and body leave together, when the request is done
    user = None  # set once this connection has authenticated
    server_version, sys_version = "Microsoft-HTTPAPI/2.0", ""

    def setup(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.server.tls:
            self.request.settimeout(30)
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.server.connections.add(self.request)
        super().setup()

    def finish(self):
        self.server.connections.discard(self.request)
        try:
            super().finish()
        except OSError:
            pass
        finally:
            self.request.close()

    def log_message(self, *args):
        pass

    def send_error(self, code, message=None, explain=None):
        """What is not HTTP at all, such as TLS on a plain port."""
        self.server.machine.record("fault", reason=f"not an HTTP request: {message!r:.80}")
        super().send_error(code, message, explain)

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(parts)

    def reply(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if body:
            self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
        self.end_headers()
        self.wfile.write(body)

    def authenticate(self):
        """The headers for a 401, or None once it is known who is there."""
        offers = self.server.auth
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        try:
            token = base64.b64decode(value)
        except binascii.Error:
            token = b""
        who = None
        if scheme == "Basic" and "basic" in offers:
            user, _, password = token.decode("utf-8", "replace").partition(":")
            if self.server.machine.knows(user, password):
                who = ("basic", user)
        elif scheme in ("Negotiate", "NTLM") and "negotiate" in offers:
            if ntlm_type(token) == 1:
                challenge = base64.b64encode(ntlm_challenge()).decode()
                return [("WWW-Authenticate", f"{scheme} {challenge}")]
            if ntlm_type(token) == 3 and self.server.machine.knows(ntlm_user(token)):
                who = ("negotiate", ntlm_user(token))
        elif not scheme and self.user:
            return None
        if who:
            self.user = who[1]
            self.server.who_came(*who)
            return None
        return [
            ("WWW-Authenticate", text)
            for name, text in (("negotiate", "Negotiate"), ("basic", 'Basic realm="WSMAN"'))
            if name in offers
        ]

    def do_POST(self):
        body = self.body()
        wanted = self.authenticate()
        if wanted is not None:
            self.reply(401, headers=wanted)
        elif self.path.split("?")[0] != "/wsman":
            self.reply(404)
        elif "multipart/" in self.headers.get("Content-Type", ""):
            self.server.machine.record("fault", reason="encrypted message, not supported")
            self.reply(415)
        else:
            try:
                self.reply(*self.server.service.answer(body, self.user.rpartition("\\")[2]))
            except ConnectionCut:
                self.close_connection = True
                self.request.shutdown(socket.SHUT_RDWR)


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = allow_reuse_address = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address, machine, tls, auth):
        self.machine, self.service, self.tls, self.auth = machine, Service(machine), tls, auth
        self.connections, self.last_who = set(), None
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, Handler)

    def who_came(self, auth, user):
        if self.last_who != (auth, user):
            self.last_who = (auth, user)
            self.machine.record("connect", user=user, auth=auth, tls=bool(self.tls))

    def handle_error(self, request, client_address):
        exc = sys.exc_info()[1]
        if isinstance(exc, ssl.SSLError):
            self.machine.record("fault", reason=f"TLS: {exc.reason or exc}")
        elif not isinstance(exc, OSError):
            super().handle_error(request, client_address)


def tls_context():
    """A server context with a fresh self-signed certificate."""
    with tempfile.TemporaryDirectory() as folder:
        key, cert = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                f"/CN={HOSTNAME}",
                "-addext",
                f"subjectAltName=DNS:{HOSTNAME},DNS:localhost,IP:127.0.0.1",
                "-keyout",
                key,
                "-out",
                cert,
            ],
            check=True,
            capture_output=True,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        return context


class WinRM:
    """The stand-in as a context manager; see the module's text."""

    def __init__(
        self,
        port=0,
        rules=(),
        *,
        tls=True,
        auth="both",
        host="127.0.0.1",
        restart_probes=1,
        down_seconds=0,
        updates=0,
        log=None,
        save=None,
        accounts=None,
    ):
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError("loopback addresses only")
        offers = {"both": ("negotiate", "basic")}.get(auth, (auth,))
        if set(offers) - {"negotiate", "basic"}:
            raise ValueError("auth is both, negotiate or basic")
        self._log = open(log, "w", encoding="utf-8") if log else None
        self.machine = Machine(rules, restart_probes, down_seconds, updates, self._log, save)
        if accounts is not None:
            self.machine.accounts = {user.lower(): word for user, word in accounts.items()}
        self._server = Server((host, port), self.machine, tls_context() if tls else None, offers)
        self.host, self.port = host, self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://{host}:{self.port}/wsman"
        self.events, self.uploads = self.machine.events, self.machine.uploads
        self.files, self.disk = self.machine.files, self.machine.disk

    def start(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        for connection in list(self._server.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        with self.machine.lock:
            self.machine.log = None
            if self._log:
                self._log.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        self.stop()

    def bytes_of(self, sha256):
        return next(data for _, _, data in self.uploads if hashlib.sha256(data).hexdigest() == sha256)

    def commands(self, role=None):
        """The command events, all or those of one role."""
        return [e for e in self.events if e["event"] == "command" and role in (None, e["role"])]

    def template_events(self):
        """(kind, event) of what the template asks for, in order, without Packer's plumbing.

        The kinds are those of steps().
        """
        for e in self.events:
            if e["event"] == "upload" and e["role"] == "file":
                yield "file", e
            elif e["event"] == "restart":
                yield "restart", e
            elif e["event"] == "command" and e["role"] in ("script", "elevated") and e["runs"]:
                yield "run", e
            elif e["event"] == "command" and e["role"] == "windows-update":
                yield "windows-update", e
            elif e["event"] == "command" and e["role"] in ("command", "elevated", "script"):
                yield "command", e

    def steps(self):
        """What the template asks for, in order, without Packer's plumbing.

        ("file", path, sha256), ("run", sha256 of the script, as_user, exit),
        ("command", text, as_user, exit), ("restart", cause),
        ("windows-update", command of the update script, as_user, exit)
        """
        shown = {
            "file": lambda e: (e["path"], e["sha256"]),
            "run": lambda e: (e["runs"][0]["sha256"], e["as_user"], e["exit"]),
            "command": lambda e: (e["text"], e["as_user"], e["exit"]),
            "restart": lambda e: (e["cause"],),
            "windows-update": lambda e: (e["inner_decoded"], e["as_user"], e["exit"]),
        }
        return [(kind, *shown[kind](event)) for kind, event in self.template_events()]


def main(argv=None):
    parser = argparse.ArgumentParser(description="A stand-in for Windows' WinRM service.")
    parser.add_argument("--port", type=int, default=5986)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--plain", action="store_true", help="HTTP, not HTTPS")
    parser.add_argument("--auth", choices=("both", "negotiate", "basic"), default="both")
    parser.add_argument("--log", help="write the events here, one JSON object a line")
    parser.add_argument("--save", metavar="DIR", help="keep each upload as DIR/<sha256>")
    parser.add_argument("--rules", help="JSON file of rules")
    parser.add_argument("--restart-probes", type=int, default=1)
    parser.add_argument("--down", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--updates", type=int, default=0)
    args = parser.parse_args(argv)
    rules = []
    if args.rules:
        with open(args.rules, encoding="utf-8") as source:
            rules = json.load(source)
        rules = rules["rules"] if isinstance(rules, dict) else rules
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with WinRM(
        args.port,
        rules,
        tls=not args.plain,
        auth=args.auth,
        host=args.host,
        restart_probes=args.restart_probes,
        down_seconds=args.down,
        updates=args.updates,
        log=args.log,
        save=args.save,
    ) as vm:
        print(f"listening on {vm.url}", flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
