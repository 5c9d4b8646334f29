"""The main job on the deployed stack: import patients, message them, read the ticks, repair what failed."""

import collections

import pytest
import requests
from conftest import eventually
from stacks import STACK

PATIENTS = 40


def sheet(first: int, count: int) -> bytes:
    """A spreadsheet as clinics have them: Arabic headers, national phone numbers, a byte order mark."""
    rows = "".join(f"مريض رقم {number},05{first + number:08d}\n" for number in range(count))
    return ("\ufeffاسم المريض,رقم الجوال\n" + rows).encode()


def opened_queue(clinic, doctor: str) -> str:
    return clinic.call("POST", "/api/queues", 201, {"doctorName": doctor})["id"]


def imported(clinic, queue: str, content: bytes, expected: int) -> None:
    headers = {"Content-Type": "text/csv"}
    staged = clinic.call("POST", "/api/patients/bulk-upload", 201, data=content, headers=headers)
    assert staged["counts"]["ready"] == expected, staged
    clinic.call("POST", f"/api/queues/{queue}/patients/bulk", 201, {"uploadId": staged["uploadId"]})


def template(clinic, content: str) -> str:
    return clinic.call("POST", "/api/templates", 201, {"title": "تذكير", "content": content})["id"]


def messages(clinic, batch: str) -> list[dict]:
    """All messages of a batch, page by page."""
    found, page = [], ""
    while True:
        answer = clinic.call("GET", f"/api/messages?batchId={batch}&pageSize=25{page}", 200)
        found += answer["items"]
        if not answer.get("nextPage"):
            return found
        page = f"&page={answer['nextPage']}"


def settled(clinic, batch: str, count: int, status: str):
    """Looks whether all messages of a batch have come to a status; returns them if so."""

    def look():
        found = messages(clinic, batch)
        states = collections.Counter(message["status"] for message in found)
        return found if states == {status: count} else None

    return look


def received(cloud, text: str) -> collections.Counter:
    """How often each phone received a text with this in it."""
    return collections.Counter(
        message["to"] for message in cloud.simulator("GET", "/messages") if text in message["text"]
    )


def test_every_patient_of_an_import_is_messaged_once_and_the_ticks_are_read(cloud, clinic):
    queue = opened_queue(clinic, "د. خالد")
    imported(clinic, queue, sheet(50_000_000, PATIENTS), PATIENTS)
    reminder = template(clinic, "أهلًا {{patientName}}، دورك {{position}} عند {{doctorName}}")

    preview = clinic.call("POST", "/api/messages/send-preview", 200, {"templateId": reminder, "queueId": queue})
    assert "د. خالد" in str(preview)

    sent = clinic.call("POST", "/api/messages/send", 202, {"templateId": reminder, "queueId": queue})
    assert sent["queued"] == PATIENTS
    eventually("the ticks", settled(clinic, sent["batchId"], PATIENTS, "read"), 120)
    phones = received(cloud, "عند د. خالد")
    assert len(phones) == PATIENTS and set(phones.values()) == {1}, phones


def test_a_batch_beyond_what_an_endpoint_writes_itself_is_expanded(cloud, clinic):
    queue, count = opened_queue(clinic, "د. منى"), 150
    imported(clinic, queue, sheet(53_000_000, count), count)
    notice = template(clinic, "تأخرت د. منى قليلًا")
    sent = clinic.call("POST", "/api/messages/send", 202, {"templateId": notice, "queueId": queue})
    assert sent["queued"] == count
    eventually("the ticks", settled(clinic, sent["batchId"], count, "read"), 180)
    phones = received(cloud, "تأخرت د. منى")
    assert len(phones) == count and set(phones.values()) == {1}


def test_the_same_request_again_sends_nothing(cloud, clinic):
    queue = opened_queue(clinic, "د. هند")
    imported(clinic, queue, sheet(54_000_000, 1), 1)
    body = {"templateId": template(clinic, "مرة واحدة فقط"), "queueId": queue}
    headers = {"Idempotency-Key": "the-same-key"}
    first = clinic.call("POST", "/api/messages/send", 202, body, headers=headers)
    again = clinic.call("POST", "/api/messages/send", 202, body, headers=headers)
    assert first == again
    eventually("the ticks", settled(clinic, first["batchId"], 1, "read"))
    assert list(received(cloud, "مرة واحدة فقط").values()) == [1]


def test_a_refused_message_becomes_a_failed_task_that_a_retry_sends(cloud, clinic):
    queue = opened_queue(clinic, "د. ريم")
    imported(clinic, queue, sheet(55_000_000, 1), 1)
    # Meta's "message undeliverable": final, so a person decides.
    cloud.simulator("POST", "/faults", {"kind": "error:131026", "to": "+966555000000", "times": 1})
    body = {"templateId": template(clinic, "رسالة ستفشل أولًا"), "queueId": queue}
    sent = clinic.call("POST", "/api/messages/send", 202, body)

    def task():
        tasks = clinic.call("GET", f"/api/tasks/failed?queueId={queue}", 200)["items"]
        return tasks[0] if tasks else None

    failed = eventually("the failed task", task)
    assert not received(cloud, "ستفشل أولًا")
    clinic.call("POST", f"/api/tasks/{failed['id']}/retry", 202)
    eventually("the ticks", settled(clinic, sent["batchId"], 1, "read"))
    assert list(received(cloud, "ستفشل أولًا").values()) == [1]
    assert task() is None


def test_a_message_of_unknown_outcome_is_held_and_then_asked_about(cloud, clinic):
    queue = opened_queue(clinic, "د. نوف")
    imported(clinic, queue, sheet(56_000_000, 1), 1)
    for kind in ("timeout_after_accept", "no_webhooks"):
        cloud.simulator("POST", "/faults", {"kind": kind, "to": "+966556000000", "times": 1})
    body = {"templateId": template(clinic, "لا أحد يعلم"), "queueId": queue}
    clinic.call("POST", "/api/messages/send", 202, body)
    # The clock is what finds it, and it ticks every minute.
    look = lambda: clinic.call("GET", f"/api/tasks/failed?queueId={queue}", 200)["items"]
    eventually("the failed task", look, 150)
    assert list(received(cloud, "لا أحد يعلم").values()) == [1], "held means that it is not sent again"


def test_dead_letters_are_shown_to_operators(cloud, clinic, operator):
    assert clinic.call("GET", "/api/dead-letters", 403) == ["Forbidden"]
    assert {queue["queue"] for queue in operator.call("GET", "/api/dead-letters", 200)["items"]} == {
        "batches",
        "sends",
        "callbacks",
        "audits",
        "resets",
        "stream",
    }
    dead = next(url for url in cloud.emulator.client("sqs").list_queues()["QueueUrls"] if "SendsDeadLetters" in url)
    cloud.emulator.client("sqs").send_message(QueueUrl=dead, MessageBody="{}")

    def depth():
        queues = operator.call("GET", "/api/dead-letters", 200)["items"]
        return next(queue["depth"] for queue in queues if queue["queue"] == "sends") == 1

    eventually("the depth", depth)
    answer = requests.post(
        f"{cloud.url}/api/dead-letters/sends/redrive", headers={"Authorization": f"Bearer {operator.token}"}, timeout=60
    )
    if answer.status_code >= 500:
        pytest.skip("this emulator has no move tasks; tests/it has them on the one-machine cloud")
    assert answer.status_code == 202


def test_another_clinics_things_do_not_exist(clinic, neighbour):
    queue = opened_queue(clinic, "د. علي")
    mine = template(clinic, "لنا وحدنا")
    for path in (f"/api/queues/{queue}", f"/api/queues/{queue}/patients", f"/api/templates/{mine}"):
        clinic.call("GET", path, 200)
        assert neighbour.call("GET", path, 404) == ["NotFound"]
    assert neighbour.call("GET", "/api/queues", 200)["items"] == []


def test_a_session_goes_on_with_its_cookie(cloud, clinic):
    cookie = clinic.cookies.split(";")[0]
    refreshed = requests.post(f"{cloud.url}/api/auth/refresh", headers={"Cookie": cookie}, timeout=60)
    assert refreshed.status_code == 200, refreshed.text
    assert refreshed.headers["Set-Cookie"].startswith("__Secure-refresh=")


def test_nobody_gets_in_without_a_token(cloud):
    assert requests.get(f"{cloud.url}/api/queues", timeout=60).status_code == 401


def test_no_function_was_denied_anything(cloud):
    """Runs last: the emulator enforces the roles, so whatever a policy lacks would stand in the logs. It has no move
    tasks, and denies what it does not know."""
    lines = cloud.emulator.function_logs(STACK)
    denied = [line for line in lines if "AccessDenied" in line and "MessageMoveTask" not in line]
    assert not denied, "\n".join(line[:600] for line in denied[:5])
