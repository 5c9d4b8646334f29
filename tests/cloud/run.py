#!/usr/bin/env python3
"""Deploys the committed templates and the release bootstraps to an emulator of AWS and does the main job there.

    cargo run -- build && python3 tests/cloud/run.py [arguments of pytest]

What it needs is installed into target/tools/cloud once. Without arguments everything runs; `-k templates` leaves out
the deployment. The program that makes keys and plays the patients' phones is $DAWR, or target/debug/dawr.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TOOLS = ROOT / "target" / "tools" / "cloud"
REQUIREMENTS = HERE / "requirements.txt"


def installed() -> Path:
    """The Python that has everything; made if it is absent or of another time."""
    python = TOOLS / "bin" / "python"
    mark = TOOLS / "installed"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if not (mark.exists() and mark.read_text() == wanted and python.exists()):
        print("installing the tools of the cloud test", flush=True)
        venv.create(TOOLS, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", str(REQUIREMENTS)], check=True)
        mark.write_text(wanted)
    return python


def main() -> int:
    python = installed()
    environment = {
        **os.environ,
        # samtranslator asks for it, and nothing here may reach the real AWS.
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "SAM_CLI_TELEMETRY": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [str(python), "-m", "pytest", "-c", str(HERE / "pytest.ini"), "--rootdir", str(HERE), str(HERE)]
    return subprocess.run([*command, *sys.argv[1:]], cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
