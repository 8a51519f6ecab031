r"""A Linux machine to run the steps of a template in: an sshd of its own, on a copy-on-write view of this machine.

It has mount, process and network namespaces of its own (so it needs root and `unshare`):
- Its file system is this machine's with a throwaway layer above it. Steps may write, remove and install anywhere; nothing of it
  reaches this machine, and it is all gone when the machine stops, as are the processes that steps left behind.
- Its network is a loopback and nothing else; sshd listens there on port 22, and Packer is run in that network, too.
- Even root in it cannot mount, load modules or change the kernel's settings; a restart is one of this machine only, and short.

The login user is `packer`, as in Azure, with sudo. Commands that would need a network or an init system, and those that this
machine does not have, are recording stubs, first on the PATH (of sudo, too). So is `waagent`, which removes the user as the real one
does, and `curl`, which finds the files of the test (`serve` in downloads.py lays them out) and a token for the machine's identity.

Every command that comes by ssh passes through a recorder. It keeps the bytes of what is uploaded, the bytes of the script that
is run (at the moment in which it is run), who runs it, what it prints and how it ends:

    with LinuxMachine() as vm:
        packer("build", ".", folder=project, within=vm.within)      # to ssh_host 127.0.0.1, ssh_port 22, vm.user, vm.key
        vm.events                                                   # Upload and Run, in order
        vm.calls                                                    # what the stubs were called with: (user, name, arguments)
        vm.path("/etc/motd")                                        # a file of the machine, as this machine sees it
"""

from __future__ import annotations

import ctypes
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

USER = "packer"
HOME_THEN = f"/home/{USER}.gone"  # where the user's files are once the user is removed
CONTROL = "/var/lib/recorder"
STUBS = "/opt/stubs"
PATH = f"{STUBS}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
RESTART_SECONDS = 4
NEEDED = ("unshare", "nsenter", "setpriv", "sshd", "ssh-keygen", "scp", "sudo", "useradd", "bash")
LOST_RIGHTS = "-sys_admin,-sys_boot,-sys_module,-sys_rawio,-sys_time,-sys_ptrace,-net_admin,-mknod,-syslog"
# What exists on many machines, and needs a network or an init system, or tells of the machine below.
STUBBED = frozenset(
    [
        "apt",
        "apt-get",
        "dnf",
        "yum",
        "zypper",
        "snap",
        "rpm",
        "dpkg",
        "pip",
        "pip3",
        "npm",
        "wget",
        "git",
        "docker",
        "systemctl",
        "service",
        "reboot",
        "shutdown",
        "sysctl",
        "update-grub",
        "fsck",
        "hostnamectl",
        "timedatectl",
        "dmesg",
    ]
)

BOOT = """\
set -e
top=$1 control=$2 python=$3
mount --make-rprivate /
mount -t tmpfs -o mode=0755 machine "$top"
mkdir "$top/upper" "$top/work" "$top/root"
root=$top/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" "$root"
mount -t proc proc "$root/proc"
for kernel in sys sysrq-trigger; do
  [ -e "$root/proc/$kernel" ] || continue
  mount --bind "$root/proc/$kernel" "$root/proc/$kernel"
  mount -o remount,bind,ro "$root/proc/$kernel"
done
mount -t tmpfs -o mode=0755 devices "$root/dev"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=1777 shared "$root/dev/shm"
mount -t tmpfs -o mode=1777 temporary "$root/tmp"
mkdir -p "$root{control}" "$root{stubs}"
mount --bind "$control" "$root{control}"
"$python" -c '
import fcntl, socket, struct
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
'
cd /
exec chroot "$root" /bin/sh "{control}/inside.sh"
"""

INSIDE = """\
set -e
getent passwd {user} > /dev/null || useradd -m -s /bin/bash {user}
usermod -p '*' {user}
cat > /etc/sudoers.d/{user} << 'END'
Defaults:{user} secure_path="{path}", !use_pty
{user} ALL=(ALL) NOPASSWD:ALL
END
chmod 0440 /etc/sudoers.d/{user}
while read -r name; do ln -s {control}/stub {stubs}/"$name"; done < {control}/stubbed
install -m 0755 {control}/curl {stubs}/curl
install -m 0755 {control}/waagent {stubs}/waagent
install -m 0755 {control}/waagent /usr/sbin/waagent
mkdir -p /run/sshd /var/empty
exec setpriv --bounding-set={lost_rights} --inh-caps={lost_rights} /bin/sh {control}/serve
"""

# A restart ends every process but this one, takes a while, and empties /tmp.
SERVE = """\
while {sshd} -D -e -f {control}/sshd_config; [ -e {control}/restarting ]; do
  sleep {restart_seconds}
  find /tmp -mindepth 1 -delete
  rm {control}/restarting
done
"""

SSHD_CONFIG = """\
ListenAddress 127.0.0.1:22
HostKey {control}/host_key
PidFile none
AuthorizedKeysFile {control}/authorized_keys
AuthenticationMethods publickey
UsePAM no
PrintMotd no
MaxStartups 100
SetEnv PATH={path}
Subsystem sftp internal-sftp
ForceCommand {control}/session
"""

# The folder of a session has its number; it is complete once it has the file `exit`.
SESSION = """\
#!/bin/bash
shopt -s nullglob
until
  before=({control}/sessions/*)
  here={control}/sessions/$(printf %04d ${{#before[@]}})
  mkdir "$here" 2> /dev/null
do :; done
id -un > "$here/user"
printf '%s' "$SSH_ORIGINAL_COMMAND" > "$here/command"
case $SSH_ORIGINAL_COMMAND in
  scp\\ *)
    tee "$here/upload" | "$SHELL" -c "$SSH_ORIGINAL_COMMAND"
    status=${{PIPESTATUS[1]}}
    ;;
  *)
    script=$(grep -o '/tmp/script_[0-9]*\\.sh' <<< "$SSH_ORIGINAL_COMMAND" | head -n 1)
    case $SSH_ORIGINAL_COMMAND in
      rm\\ * | 'chmod 0755'\\ *) ;;
      *) [ -z "$script" ] || cp "$script" "$here/script" ;;
    esac
    "$SHELL" -c "$SSH_ORIGINAL_COMMAND" | tee "$here/output"
    status=${{PIPESTATUS[0]}}
    ;;
esac
echo $status > "$here/exit"
[ ! -e {control}/forgiving ] || status=0
exit $status
"""

STUB = """\
#!/bin/sh
# A command that a test machine does not have: notes how it was called, and does nothing, unless it restarts the machine.
{{
  printf '%s\\t%s' "$(id -un)" "$(basename "$0")"
  for argument in "$@"; do printf '\\t%s' "$argument"; done
  echo
}} >> {control}/calls
case "$(id -u) $(basename "$0") $*" in
  "0 reboot"* | "0 shutdown "*-r* | "0 systemctl "*reboot*)
    touch {control}/restarting
    setsid sh -c 'sleep 0.6; kill -9 -1' > /dev/null 2>&1 < /dev/null &
    ;;
esac
"""

CURL = """\
#!/bin/sh
# Downloads what the test has laid out; gives the machine's identity a token.
url=
while [ $# -gt 1 ]; do
  case $1 in
    --output) to=$2 ;;
    --config) url=$(sed -n 's/^url = "\\(.*\\)"$/\\1/p' | sed 's/\\\\\\(.\\)/\\1/g') ;;
  esac
  shift
done
url=${{url:-$1}}
case $url in http://169.254.169.254/metadata/identity/*) echo '{{"access_token": "token", "expires_in": "3599"}}' ;; esac
if [ -z "$to" ] || [ ! -d {control}/served ]; then exit 0; fi
for address in "$url" "${{url%%\\?*}}"; do
  file={control}/served/$(printf %s "$address" | sha256sum | cut -d ' ' -f 1)
  if [ -e "$file" ]; then exec cat "$file" > "$to"; fi
done
exit 22
"""

WAAGENT = (
    STUB
    + """\
case "$*" in
  *-version*) echo "WALinuxAgent (of a test)" ;;
  *-deprovision+user*) userdel -f {user} 2> /dev/null; mv /home/{user} {home_then} ;;
esac
exit 0
"""
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came by scp: where to, its bytes, its mode bits, and who brought it."""

    path: str
    data: bytes
    mode: int
    user: str


@dataclass(frozen=True, slots=True)
class Run:
    """A command that ran: its text, the bytes of the script in it, who ran it, what it printed, how it ended."""

    command: str
    script: bytes
    user: str
    output: bytes
    exit: int | None


def why_not() -> str | None:
    """Why no machine can be made here; None where one can."""
    if os.geteuid() != 0:
        return "needs root for namespaces and an sshd"
    missing = [name for name in NEEDED if _find(name) is None]
    if missing:
        return f"needs {', '.join(missing)} (Debian: apt-get install openssh-server openssh-client sudo util-linux)"
    with tempfile.TemporaryDirectory() as top:
        script = (
            'mount --make-rprivate / && mount -t tmpfs x "$1" && mkdir "$1/u" "$1/w" "$1/r" && '
            'mount -t overlay overlay -o "lowerdir=/,upperdir=$1/u,workdir=$1/w" "$1/r" && mount -t proc proc "$1/r/proc"'
        )
        words = ["unshare", "--mount", "--pid", "--net", "--fork", "sh", "-c", script, "sh", top]
        made = subprocess.run(words, capture_output=True, check=False)
    return None if made.returncode == 0 else "needs namespaces and overlay mounts, which this machine does not allow"


class LinuxMachine:
    """One machine, from ``with`` to the end of its block; see the module's text."""

    user = USER

    def __init__(self, commands: Iterable[str] = (), served: Path | None = None, forgiving: bool = False) -> None:
        """``commands``: names that steps may call; ``served``: files to download; ``forgiving``: every script counts as successful."""
        self._stubbed = {name for name in commands if _find(name) is None} | STUBBED
        self._served, self._forgiving = served, forgiving
        self._folder = Path(tempfile.mkdtemp(prefix="aib2packer-vm-"))
        self._control = self._folder / "control"
        self._top = self._folder / "top"
        self.key = self._folder / "key"

    def __enter__(self) -> LinuxMachine:
        try:
            self._prepare()
            words = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "/bin/sh", str(self._folder / "boot.sh")]
            with (self._folder / "sshd.log").open("wb") as log:
                self._process = subprocess.Popen(
                    [*words, str(self._top), str(self._control), sys.executable],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        process = getattr(self, "_process", None)
        if process is not None:
            process.kill()
            process.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def within(self) -> tuple[str, ...]:
        """The words before a command that is to run in the machine's network."""
        return ("nsenter", f"--net=/proc/{self._process.pid}/ns/net")

    def path(self, path: str) -> Path:
        """A file of the machine."""
        return Path(f"/proc/{self._process.pid}/root{self._top}/root{path}")

    @contextmanager
    def network(self) -> Iterator[None]:
        """The machine's network for this thread: a server that is made in the block listens there."""
        with Path("/proc/thread-self/ns/net").open() as own, Path(f"/proc/{self._process.pid}/ns/net").open() as machine:
            _enter(machine)
            try:
                yield
            finally:
                _enter(own)

    @property
    def events(self) -> list[Upload | Run]:
        """What came by ssh, in order, without Packer's own plumbing."""
        sessions = sorted((self._control / "sessions").iterdir())
        return [event for session in sessions for event in _events(session)]

    @property
    def calls(self) -> list[tuple[str, str, list[str]]]:
        """How stubs were called: user, name, arguments."""
        rows = [line.split("\t") for line in (self._control / "calls").read_text(errors="replace").splitlines()]
        return [(row[0], row[1], row[2:]) for row in rows]

    def _prepare(self) -> None:
        self._top.mkdir()
        (self._control / "sessions").mkdir(parents=True)
        (self._control / "sessions").chmod(0o1777)
        names = {
            "control": CONTROL,
            "stubs": STUBS,
            "path": PATH,
            "user": USER,
            "home_then": HOME_THEN,
            "lost_rights": LOST_RIGHTS,
            "sshd": _find("sshd"),
            "restart_seconds": RESTART_SECONDS,
        }
        scripts = {
            "inside.sh": INSIDE,
            "sshd_config": SSHD_CONFIG,
            "serve": SERVE,
            "session": SESSION,
            "stub": STUB,
            "curl": CURL,
            "waagent": WAAGENT,
        }
        for name, text in scripts.items():
            (self._control / name).write_text(text.format(**names))
            (self._control / name).chmod(0o755)
        (self._control / "stubbed").write_text("".join(f"{name}\n" for name in sorted(self._stubbed)))
        if self._served is not None:
            shutil.copytree(self._served, self._control / "served")
        if self._forgiving:
            (self._control / "forgiving").touch()
        (self._folder / "boot.sh").write_text(BOOT.format(**names))
        (self._control / "calls").touch()
        (self._control / "calls").chmod(0o666)
        for key in (self._control / "host_key", self.key):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        shutil.copy(self.key.with_suffix(".pub"), self._control / "authorized_keys")
        (self._control / "authorized_keys").chmod(0o644)

    def _wait(self) -> None:
        """Until sshd says that it listens."""
        end = time.monotonic() + 60
        log = self._folder / "sshd.log"
        while b"Server listening" not in log.read_bytes():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the machine did not start: " + log.read_text(errors="replace"))
            time.sleep(0.02)


def _enter(namespace: IO[str]) -> None:
    """What `os.setns` does, which came with Python 3.12."""
    if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), 0) != 0:
        raise OSError(ctypes.get_errno(), "cannot enter the network of the machine")


def _find(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def _events(session: Path) -> Iterator[Upload | Run]:
    def read(name: str) -> bytes:
        return (session / name).read_bytes() if (session / name).exists() else b""

    command, user = read("command").decode(), read("user").decode().strip()
    if command.startswith("scp "):
        yield from _uploads(read("upload"), shlex.split(command)[-1], user)
    elif (session / "script").exists():
        status = read("exit")
        yield Run(command, read("script"), user, read("output"), int(status) if status else None)


def _uploads(stream: bytes, folder: str, user: str) -> Iterator[Upload]:
    """The files in what came to `scp -t`, but for a script that Packer runs next, and its variables: `C0644 SIZE NAME`, bytes, a zero."""
    while stream:
        line, _, stream = stream.partition(b"\n")
        if not line.startswith(b"C"):
            continue
        mode, size, name = line[1:].decode().split(" ", 2)
        data, stream = stream[: int(size)], stream[int(size) + 1 :]
        path = str(PurePosixPath(folder, name))
        if not re.fullmatch(r"/tmp/(script|varfile)_\d+\.sh", path):
            yield Upload(path, data, int(mode, 8), user)
