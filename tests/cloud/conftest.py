"""The deployed stack, once for all tests of a run."""

import base64
import dataclasses
import hmac
import re
import struct
import subprocess
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests
from doorway import Doorway
from emulator import Emulator
from simulator import DAWR, Simulator, keys
from stacks import STACK, deploy


@dataclasses.dataclass
class Cloud:
    """What a test speaks to."""

    url: str
    emulator: Emulator
    outputs: dict[str, str]

    def simulator(self, method: str, path: str, body: Any = None) -> Any:
        response = requests.request(method, f"{self.url}/simulator/api{path}", json=body, timeout=30)
        response.raise_for_status()
        return response.json() if response.content else None


@dataclasses.dataclass
class Clinic:
    """A clinic's owner, signed in."""

    cloud: Cloud
    slug: str
    token: str
    cookies: str

    def call(self, method: str, path: str, expected: int, body: Any = None, **options: Any) -> Any:
        """Calls the API and returns the data, or the errors' codes of a failure."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en", **options.pop("headers", {})}
        if method == "POST":
            headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        response = requests.request(method, self.cloud.url + path, json=body, headers=headers, timeout=60, **options)
        assert response.status_code == expected, f"{method} {path}: {response.status_code} {response.text[:2000]}"
        if not response.content:
            return None
        answer = response.json()
        return answer["data"] if answer["success"] else [error["code"] for error in answer["errors"]]


def sign_up(cloud: Cloud, name: str) -> Clinic:
    """Founds a clinic."""
    slug = f"clinic-{uuid.uuid4().hex[:10]}"
    body = {
        "clinicName": name,
        "slug": slug,
        "fullName": "سارة العتيبي",
        "username": f"owner@{slug}.example",
        "password": "a long enough passphrase",
    }
    response = requests.post(f"{cloud.url}/api/auth/signup", json=body, timeout=60)
    assert response.status_code == 201, f"sign-up: {response.status_code} {response.text[:2000]}"
    clinic = Clinic(cloud, slug, response.json()["data"]["accessToken"], response.headers["Set-Cookie"])
    connect(clinic, name)
    return clinic


def connect(clinic: Clinic, name: str) -> None:
    """Connects a clinic to a number of its own on the patients' phones, as it would connect one at Meta."""
    number = {"phoneNumberId": f"100{uuid.uuid4().int % 10**12:012d}", "accessToken": uuid.uuid4().hex, "appSecret": uuid.uuid4().hex}
    phones = {"displayNumber": f"+1555{uuid.uuid4().int % 10**7:07d}", "name": name}
    callback = f"{clinic.cloud.url}/api/webhooks/whatsapp"
    clinic.cloud.simulator("POST", "/numbers", {**number, **phones, "callbackUrl": callback})
    notice = {"name": "dawr_notice", "language": "ar"}
    account = {**number, "verifyToken": uuid.uuid4().hex, "noticeTemplate": notice}
    clinic.call("PUT", "/api/settings/whatsapp", 200, account)


def totp(secret: str, at: float) -> str:
    """The code that an authenticator app shows (RFC 6238)."""
    counter = struct.pack(">Q", int(at) // 30)
    digest = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06d}"


def add_operator(cloud: Cloud) -> Clinic:
    """Adds an operator of the platform at the table, and does what they must do before anything else."""
    command = [str(DAWR), "operator", "add", "--table", cloud.outputs["TableName"]]
    command += ["--username", "hind", "--full-name", "هند القحطاني"]
    added = subprocess.run(command, env=cloud.emulator.environment, capture_output=True, text=True, timeout=120)
    assert added.returncode == 0, added.stdout + added.stderr
    password = re.search(r"password (\S+)", added.stdout)[1]
    login = {"clinic": "platform", "username": "hind", "password": password}
    response = requests.post(f"{cloud.url}/api/auth/login", json=login, timeout=60)
    assert response.status_code == 200, response.text[:2000]
    operator = Clinic(cloud, "platform", response.json()["data"]["accessToken"], response.headers["Set-Cookie"])
    change = {"currentPassword": password, "newPassword": "a long enough passphrase"}
    operator.token = operator.call("PUT", "/api/users/me/change-password", 200, change)["accessToken"]
    staged = operator.call("POST", "/api/auth/second-factor", 200, {"password": "a long enough passphrase"})
    code = {"code": totp(staged["secret"], time.time())}
    confirmed = operator.call("POST", "/api/auth/second-factor/confirm", 200, code)
    operator.token = confirmed.get("session", confirmed)["accessToken"]
    return operator


def eventually(what: str, look: Callable[[], Any], seconds: float = 60) -> Any:
    """Polls until `look` finds something."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what} did not come within {seconds} s"
        time.sleep(0.25)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cloud")
    emulator, doorway, phones = Emulator(folder), Doorway(), None
    try:
        phones = Simulator(folder / "simulator.log")
        doorway.simulator = phones.port
        emulator.wait()
        parameters = {
            **keys(),
            # The emulator shares nothing out.
            "ReserveConcurrency": "false",
            "PublicUrl": doorway.url,
            "GraphUrl": f"{doorway.url}/simulator/graph",
            "ProviderTimeoutSeconds": "3",
            "SendLeaseSeconds": "8",
            "UnknownHoldSeconds": "5",
            "StragglerSeconds": "30",
        }
        outputs = deploy(emulator, parameters, folder)
        doorway.api = (emulator.port, f"{outputs['ApiId']}.execute-api.localhost")
        yield Cloud(doorway.url, emulator, outputs)
    finally:
        doorway.stop()
        if phones:
            phones.stop()
        emulator.stop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Shows what the functions wrote beside the failure of a test."""
    outcome = yield
    report = outcome.get_result()
    cloud = getattr(item, "funcargs", {}).get("cloud")
    if report.when == "call" and report.failed and cloud:
        lines = [line for line in cloud.emulator.function_logs(STACK) if not line.startswith(("START", "END", "REPORT"))]
        report.sections.append(("what the functions wrote", "\n".join(line[:600] for line in lines[-60:])))
        report.sections.append(("what the emulator wrote", cloud.emulator.tail()))


@pytest.fixture(scope="session")
def clinic(cloud):
    return sign_up(cloud, "عيادة النور")


@pytest.fixture(scope="session")
def operator(cloud):
    return add_operator(cloud)


@pytest.fixture(scope="session")
def neighbour(cloud):
    return sign_up(cloud, "عيادة الأمل")
