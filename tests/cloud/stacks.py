"""The committed templates on their way into the emulator."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from emulator import REGION, Emulator
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"
NESTED = sorted((ROOT / "infra" / "stacks").glob("*.yaml"))
STACK = "dawr-test"
BUCKET = "dawr-artifacts"
TOOLS = Path(sys.executable).parent


def run(*command: str, environment: dict[str, str] | None = None, cwd: Path = ROOT) -> str:
    """Runs a tool to its end; its whole output is in the error if it fails."""
    done = subprocess.run(
        [str(TOOLS / command[0]), *command[1:]],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command[:4])} … ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def deploy(emulator: Emulator, parameters: dict[str, str], folder: Path) -> dict[str, str]:
    """Deploys the root stack with all nested ones and returns its outputs."""
    environment = emulator.environment
    emulator.client("s3").create_bucket(Bucket=BUCKET)
    prepared = folder / "prepared"
    (prepared / "infra" / "stacks").mkdir(parents=True)
    shutil.copy(TEMPLATE, prepared / TEMPLATE.name)
    for nested in NESTED:
        packaged = folder / f"packaged-{nested.name}"
        run(
            *("sam", "package", "--template-file", str(nested), "--output-template-file", str(packaged)),
            *("--s3-bucket", BUCKET, "--region", REGION),
            environment=environment,
        )
        # JSON is YAML, too: `sam deploy` does not mind.
        (prepared / "infra" / "stacks" / nested.name).write_text(json.dumps(transformed(packaged), indent=1))
    run(
        *("sam", "deploy", "--template-file", str(prepared / TEMPLATE.name), "--stack-name", STACK),
        *("--s3-bucket", BUCKET, "--region", REGION, "--no-progressbar", "--no-confirm-changeset"),
        *("--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"),
        *("--parameter-overrides", *(f"{name}={quoted(value)}" for name, value in parameters.items())),
        environment=environment,
        cwd=prepared,
    )
    stack = emulator.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def quoted(value: str) -> str:
    """A parameter's value as `sam` takes it."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def transformed(template: Path) -> dict:
    """A SAM template as CloudFormation: the emulator applies no transform in nested stacks."""
    plain = transform(yaml_parse(template.read_text()), {}, NoManagedPolicies())
    return with_batches(json.loads(json.dumps(plain)))


def with_batches(part):
    """The same with `sqs:SendMessageBatch` beside `sqs:SendMessage`. On AWS the one covers the other (there is no
    action of the batch's name); the emulator asks for both."""
    if isinstance(part, dict):
        return {name: with_batches(value) for name, value in part.items()}
    if isinstance(part, list):
        more = ["sqs:SendMessageBatch"] if "sqs:SendMessage" in part else []
        return [with_batches(item) for item in part] + more
    return part


class NoManagedPolicies:
    """The functions bring roles of their own: no managed policy is looked up."""

    def load(self) -> dict[str, str]:
        return {}
