"""People of a clinic on the deployed stack: invited, asked for codes, forgetful; and the trail that they leave."""

import re
import subprocess

import requests
from conftest import eventually
from simulator import DAWR

PHONE = "+966557000001"
FIRST, SECOND = "Blue-kettle 72", "Green-kettle 73"


def post(cloud, path: str, expected: int, body: dict, cookies: str = ""):
    """A request of whoever is not signed in; the answer."""
    response = requests.post(cloud.url + path, json=body, headers={"Cookie": cookies}, timeout=60)
    assert response.status_code == expected, f"{path}: {response.status_code} {response.text[:2000]}"
    return response


def said(cloud, pattern: str, after: int = 0):
    """What the phone received that looks like this, beyond so many texts."""

    def look():
        texts = [message["text"] for message in cloud.simulator("GET", "/messages") if message["to"] == PHONE]
        return next((found for text in texts[after:] if (found := re.search(pattern, text))), None)

    return eventually(f"a text with {pattern}", look)[0]


def test_somebody_is_invited_on_the_phone_and_signs_in_from_anywhere_with_a_code(cloud, clinic):
    invitation = clinic.call("POST", "/api/auth/invite", 201, {"role": "receptionist", "phone": PHONE, "fullName": "ريم"})
    assert invitation["sent"]
    link = said(cloud, r"http\S+/invite#\S+")
    assert link == invitation["link"]
    accept = {"token": link.split("#")[1], "username": "reem", "password": FIRST}
    post(cloud, "/api/auth/accept-invite", 201, accept)
    post(cloud, "/api/auth/accept-invite", 422, {**accept, "username": "other"})

    login = {"clinic": clinic.slug, "username": "reem", "password": FIRST}
    device = post(cloud, "/api/auth/login", 200, login).cookies
    known = f"__Secure-device={device['__Secure-device']}"
    post(cloud, "/api/auth/login", 200, login, known)
    asked = post(cloud, "/api/auth/login", 401, login).json()
    assert asked["errors"][0]["code"] == "SecondFactorNeeded"
    code = said(cloud, r"\b\d{6}\b", after=1)
    session = post(cloud, "/api/auth/login", 200, {**login, "code": code}).json()["data"]
    assert session["user"]["role"] == "receptionist"


def test_who_forgot_the_password_gets_a_code_and_who_does_not_exist_the_same_answer(cloud, clinic):
    account = {"clinic": clinic.slug, "username": "reem"}
    before = len([message for message in cloud.simulator("GET", "/messages") if message["to"] == PHONE])
    known = post(cloud, "/api/auth/forgot-password", 202, account)
    nobody = post(cloud, "/api/auth/forgot-password", 202, {**account, "username": "nobody"})
    assert known.json() == nobody.json()
    code = said(cloud, r"\d{4}-\d{4}", after=before)
    post(cloud, "/api/auth/reset-password", 401, {**account, "code": "00000000", "newPassword": SECOND})
    reset = post(cloud, "/api/auth/reset-password", 204, {**account, "code": code, "newPassword": SECOND})
    device = f"__Secure-device={reset.cookies['__Secure-device']}"
    post(cloud, "/api/auth/login", 401, {**account, "password": FIRST}, device)
    post(cloud, "/api/auth/login", 200, {**account, "password": SECOND}, device)


def test_the_trail_of_all_that_is_whole(cloud, clinic):
    """As whoever runs the service verifies it: the program, with a key of the table."""
    command = [str(DAWR), "audit", "verify", "--table", cloud.outputs["TableName"], "--ends"]

    def verified():
        done = subprocess.run(command, env=cloud.emulator.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        # What was just done is sealed in a moment.
        return done.stdout if "not sealed yet 0" in done.stdout else None

    report = eventually("the seals", verified)
    entries = int(re.search(r"entries (\d+)", report)[1])
    assert entries >= 6 and "findings 0" in report, report
    trail = clinic.call("GET", "/api/audit?action=accept_invite", 200)["items"]
    assert [subject["kind"] for subject in trail[0]["subjects"]].count("member") == 1
