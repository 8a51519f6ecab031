"""A report on speed: run by hand, or once by CI; never a test. Ratios within one run count, the machines are noisy.

    python tests/bench/conversions.py [CHECKOUT]

Prints a table of the aims: a whole conversion against `packer hcl2_upgrade` of the equivalent JSON template, conversions in one
process, the cost of a step at 10 to 10,000 steps, and memory; side by side with the aib2packer of an older CHECKOUT. Times are of the
processor (user and system), the least of several runs that take turns; bytecode is there, as in what pip installs.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = 15
STEPS = (10, 100, 1000, 10_000)


def template(steps: int) -> bytes:
    """A Linux template with that many Shell steps."""
    lines = ["set -e", 'echo "step $0" > /tmp/out', "sudo apt-get install -y --no-install-recommends nginx"]
    image = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images/providers/Microsoft.Compute/images/web"
    return json.dumps(
        {
            "type": "Microsoft.VirtualMachineImages/imageTemplates",
            "apiVersion": "2022-07-01",
            "location": "westus2",
            "properties": {
                "source": {
                    "type": "PlatformImage",
                    "publisher": "canonical",
                    "offer": "ubuntu-24_04-lts",
                    "sku": "server",
                    "version": "latest",
                },
                "customize": [{"type": "Shell", "name": f"step {number}", "inline": lines} for number in range(steps)],
                "distribute": [{"type": "ManagedImage", "imageId": image, "location": "westus2", "runOutputName": "web"}],
            },
        }
    ).encode()


def packer_template(steps: int) -> bytes:
    """The same as a JSON template of Packer."""
    builder = {
        "type": "azure-arm",
        "use_azure_cli_auth": True,
        "os_type": "Linux",
        "image_publisher": "canonical",
        "image_offer": "ubuntu-24_04-lts",
        "image_sku": "server",
        "location": "westus2",
        "vm_size": "Standard_D1_v2",
        "managed_image_name": "web",
        "managed_image_resource_group_name": "images",
    }
    lines = ["set -e", 'echo "step $0" > /tmp/out', "sudo apt-get install -y --no-install-recommends nginx"]
    return json.dumps({"builders": [builder], "provisioners": [{"type": "shell", "inline": lines}] * steps}).encode()


def seconds_of(commands: Mapping[str, tuple[list[str], Path]], bytecode: Path) -> dict[str, float]:
    """The least time of the processor of each command in its checkout; they take turns."""
    left_out = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
    environment = {name: text for name, text in os.environ.items() if name not in left_out}
    least: dict[str, float] = {}
    for _ in range(RUNS):
        for name, (command, checkout) in commands.items():
            around = {"PYTHONPATH": str(checkout), "PYTHONPYCACHEPREFIX": str(bytecode), "CHECKPOINT_DISABLE": "1"}
            process = subprocess.Popen(
                command, cwd=bytecode.parent, env={**environment, **around}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            _, status, usage = os.wait4(process.pid, 0)
            if os.waitstatus_to_exitcode(status) != 0:
                raise SystemExit(f"{name} failed")
            least[name] = min(least.get(name, 60.0), usage.ru_utime + usage.ru_stime)
    return least


def whole_processes(checkouts: Mapping[str, Path], folder: Path) -> None:
    """One conversion as a process, beside `packer hcl2_upgrade`."""
    ours, theirs = folder / "5.json", folder / "5.packer.json"
    ours.write_bytes(template(5))
    theirs.write_bytes(packer_template(5))
    convert = [sys.executable, "-m", "aib2packer", "convert", str(ours), "--force", "-q", "-o"]
    commands = {name: ([*convert, str(folder / name)], checkout) for name, checkout in checkouts.items()}
    commands["python, click"] = ([sys.executable, "-c", "import click"], ROOT)
    if shutil.which("packer"):
        commands["packer"] = (["packer", "hcl2_upgrade", f"-output-file={folder / 'out.pkr.hcl'}", str(theirs)], ROOT)
    least = seconds_of(commands, folder / "bytecode")
    print(f"a whole process, 5 steps (aim: at most 2.0 times packer), least of {RUNS}")
    for name, seconds in least.items():
        ratio = f"   {seconds / least['packer']:.2f} times packer" if "packer" in least else ""
        print(f"  {name:14} {1000 * seconds:7.0f} ms{ratio}")


def least_ms(data: bytes, runs: int) -> float:
    """The least time of the processor of a conversion, in milliseconds."""
    from aib2packer.pipeline import Options, convert

    times = []
    for _ in range(runs):
        before = time.process_time()
        if not convert(data, "template.json", Options()).projects:
            raise SystemExit("The template was refused.")
        times.append(time.process_time() - before)
    return 1000 * min(times)


def measured() -> dict[str, float]:
    """What one process tells of the aib2packer that it imports, by the name of a row."""
    most = template(STEPS[-1])
    least_ms(template(5), 3)
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    large = least_ms(most, 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    steps = {f"a step of {steps:,}, ms": least_ms(template(steps), 3000 // steps + 2) / steps for steps in STEPS[:-1]}
    return {
        "conversions of 5 steps a second (aim: 4 times as many)": 1000 / least_ms(template(5), 100),
        **steps,
        f"a step of {STEPS[-1]:,}, ms (aim: a third)": large / STEPS[-1],
        f"memory for {STEPS[-1]:,} steps, MiB above start (aim: 64)": (peak - start) / 1024,
    }


def in_one_process(checkouts: Mapping[str, Path]) -> None:
    """The rows of each checkout, side by side."""
    rows: dict[str, dict[str, float]] = {}
    for name, checkout in checkouts.items():
        command = [sys.executable, __file__, "--measure"]
        done = subprocess.run(
            command, env={**os.environ, "PYTHONPATH": str(checkout)}, capture_output=True, text=True, check=True
        )
        rows[name] = json.loads(done.stdout)
    print(f"{'in one process':60} {' '.join(f'{name:>10}' for name in rows)}")
    for row in rows["now"]:
        values = [each[row] for each in rows.values()]
        ratio = f"   {values[-1] / values[0]:.2f} times before" if len(values) > 1 else ""
        print(f"  {row:58} {' '.join(f'{value:10.3f}' for value in values)}{ratio}")


def main() -> None:
    """Prints the report."""
    if sys.argv[1:] == ["--measure"]:
        print(json.dumps(measured()))
        return
    checkouts = {"before": Path(sys.argv[1]).resolve(), "now": ROOT} if sys.argv[1:] else {"now": ROOT}
    with tempfile.TemporaryDirectory() as folder:
        whole_processes(checkouts, Path(folder))
    in_one_process(checkouts)


if __name__ == "__main__":
    main()
