"""MiniStack: an emulator of AWS that runs the real bootstraps as processes, without Docker."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import boto3
import requests

ACCOUNT = "000000000000"
REGION = "us-east-1"


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def aws_environment(port: int) -> dict[str, str]:
    """What AWS clients need to speak to the emulator as its administrator, and to nobody else."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "SAM_CLI_TELEMETRY": "0",
    }


class Emulator:
    """A running MiniStack that enforces the policies of the functions' roles."""

    def __init__(self, folder: Path):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = aws_environment(self.port)
        self.log = folder / "ministack.log"
        temporary = folder / "ministack"
        temporary.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                env={
                    **self.environment,
                    "GATEWAY_PORT": str(self.port),
                    "BIND_HOST": "127.0.0.1",
                    "LAMBDA_EXECUTOR": "local",
                    "AUTH": "true",
                    "IOT_MTLS_ENABLED": "false",
                    "PERSIST_STATE": "0",
                    "TMPDIR": str(temporary),
                    "MINISTACK_REGION": REGION,
                },
                cwd=temporary,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self, seconds: float = 60) -> None:
        """Returns once it answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.url}/_ministack/health", timeout=2).ok:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"MiniStack did not start:\n{self.tail()}")

    def tail(self, lines: int = 60) -> str:
        return "\n".join(line[:400] for line in self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def client(self, service: str):
        """A client of the emulator."""
        session = boto3.Session(
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )
        return session.client(service, endpoint_url=self.url)

    def function_logs(self, stack: str) -> list[str]:
        """Everything that the functions of a stack have written."""
        logs = self.client("logs")
        lines = []
        for group in logs.describe_log_groups(logGroupNamePrefix=f"/dawr/{stack}/")["logGroups"]:
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                lines += [event["message"].rstrip() for event in page["events"]]
        return lines
