"""The patients' phones, as the project's own program plays them."""

import os
import subprocess
from pathlib import Path

from stacks import ROOT

DAWR = Path(os.environ.get("DAWR") or ROOT / "target" / "debug" / "dawr")


def keys() -> dict[str, str]:
    """New keys, as parameters of the template."""
    lines = subprocess.run([str(DAWR), "keys"], check=True, capture_output=True, text=True).stdout.splitlines()
    return dict(line.split("=", 1) for line in lines)


class Simulator:
    """A running simulator."""

    def __init__(self, log: Path):
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                [str(DAWR), "simulator", "--port", "0", "--memory"], stdout=subprocess.PIPE, stderr=errors, text=True
            )
        line = self.process.stdout.readline().strip()
        if not line.startswith("ready http://127.0.0.1:"):
            self.stop()
            raise RuntimeError(f"the simulator did not start: {line!r}\n{log.read_text()}")
        self.port = int(line.rsplit(":", 1)[1])

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
