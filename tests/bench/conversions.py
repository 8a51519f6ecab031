"""A report on speed: run by hand, or once by CI; never a test. Ratios within one run count, the machines are noisy.

    python tests/bench/conversions.py

Prints, side by side: a whole conversion against `packer hcl2_upgrade` of the equivalent JSON template, conversions per second in
one process, the cost of a step at 10 to 10,000 steps, and peak memory.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = 7


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


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, int]:
    """Median wall time in seconds and peak memory in MiB of a command."""
    times, peak = [], 0
    for _ in range(RUNS):
        before = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        times.append(time.perf_counter() - before)
        peak = max(peak, usage.ru_maxrss // (1 if sys.platform != "darwin" else 1024))
        if os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit(f"{command[0]} failed")
    return statistics.median(times), peak // 1024


def against_packer(folder: Path) -> None:
    """One conversion as a process, beside `packer hcl2_upgrade`."""
    print("a whole process, one template (median of 7)")
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1"}
    for steps in (5, 100):
        ours, theirs = folder / f"{steps}.json", folder / f"{steps}.packer.json"
        ours.write_bytes(template(steps))
        theirs.write_bytes(packer_template(steps))
        convert = [sys.executable, "-m", "aib2packer", "convert", str(ours), "-o", str(folder / "out"), "--force", "-q"]
        seconds, memory = timed(convert, environment)
        print(f"  aib2packer convert     {steps:>5} steps  {seconds:.3f} s  {memory} MiB")
        if shutil.which("packer"):
            upgrade = ["packer", "hcl2_upgrade", f"-output-file={folder / 'out.pkr.hcl'}", str(theirs)]
            other, other_memory = timed(upgrade, environment)
            print(f"  packer hcl2_upgrade    {steps:>5} steps  {other:.3f} s  {other_memory} MiB   ratio {seconds / other:.2f}")


def in_one_process() -> None:
    """Conversions per second, and the cost of a step."""
    from aib2packer.pipeline import Options, convert

    small = template(5)
    convert(small, "template.json", Options())
    before, count = time.perf_counter(), 0
    while time.perf_counter() - before < 2:
        convert(small, "template.json", Options())
        count += 1
    print(f"one process: {count / (time.perf_counter() - before):.0f} conversions of 5 steps per second")
    print("cost of a step")
    for steps in (10, 100, 1000, 10_000):
        data = template(steps)
        before = time.perf_counter()
        result = convert(data, "template.json", Options())
        seconds = time.perf_counter() - before
        done = "converted" if result.projects else "refused"
        print(f"  {steps:>6} steps  {seconds:7.3f} s  {1000 * seconds / steps:.3f} ms a step  {done}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory of this process: {peak} MiB")


def main() -> None:
    """Prints the report."""
    with tempfile.TemporaryDirectory() as folder:
        against_packer(Path(folder))
    in_one_process()


if __name__ == "__main__":
    main()
