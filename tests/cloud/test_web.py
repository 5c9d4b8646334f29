"""The web app behind its distribution: what is uploaded, what is answered, and what is left to the API."""

import datetime
import json
import subprocess

import pytest
from edge import PROOF, Edge, Gateway
from emulator import Emulator
from samcli.yamlhelper import yaml_parse
from simulator import DAWR
from stacks import ROOT

# Texts are compressed when they are built. Here a form says which one it is.
FORMS = {"": "plain", ".br": "in Brotli", ".gz": "in gzip"}
LASTING = "public, max-age=31536000, immutable"


def built(folder, *assets: str):
    """An app as the build leaves it."""
    (folder / "assets").mkdir(parents=True)
    for text in ["index.html", "boot.js", *(f"assets/{name}" for name in assets)]:
        for suffix, form in FORMS.items():
            (folder / f"{text}{suffix}").write_text(f"{text} of {folder.name} {form}")
    (folder / "assets" / "font-1.woff2").write_bytes(b"\x00a font")
    (folder / ".built").write_text("a hash")
    return folder


@pytest.fixture(scope="module")
def edge(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edge")
    emulator, gateway = Emulator(folder), Gateway()
    try:
        emulator.wait()
        edge = Edge(emulator, gateway)
        edge.upload(built(folder / "first", "app-1.js", "page-1.js", "app-1.css"))
        yield edge
    finally:
        gateway.stop()
        emulator.stop()


def body(answer) -> str:
    """The bytes as they came."""
    return answer.raw.read(decode_content=False).decode()


@pytest.mark.parametrize("path", ["/", "/queues/que_1", "/queues/", "/sign-in", "/join/aB3_-x", "/queues?tab=now"])
def test_a_place_of_the_app_is_its_page_and_asked_about_each_time(edge, path):
    answer = edge.ask(path)
    assert (answer.status_code, body(answer)) == (200, "index.html of first plain")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    again = edge.ask(path, If_None_Match=answer.headers["ETag"])
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("accepted", "form", "encoding"),
    [("gzip, deflate, br, zstd", "in Brotli", "br"), ("gzip", "in gzip", "gzip"), ("identity", "plain", None)],
)
def test_a_hashed_file_is_kept_for_a_year_in_the_smallest_form(edge, accepted, form, encoding):
    answer = edge.ask("/assets/app-1.js", Accept_Encoding=accepted)
    assert (answer.status_code, body(answer)) == (200, f"assets/app-1.js of first {form}")
    assert answer.headers["Cache-Control"] == LASTING
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers.get("Content-Encoding") == encoding
    font = edge.ask("/assets/font-1.woff2", Accept_Encoding=accepted)
    assert (font.headers["Content-Type"], font.headers["Cache-Control"]) == ("font/woff2", LASTING)
    assert font.headers.get("Content-Encoding") is None


@pytest.mark.parametrize("path", ["/assets/app-0.js", "/assets/", "/favicon.ico", "/.built", "/retired.json", "/../retired.json"])
def test_what_is_not_there_is_said_not_to_be(edge, path):
    answer = edge.ask(path)
    # The emulator refuses what is not there also to those who may know that it is not.
    assert answer.status_code in (403, 404), path
    assert "index.html" not in body(answer)


def test_the_headers_are_those_of_one_machine(edge):
    """That they are all of them is a unit test's matter."""
    for path in ("/", "/boot.js", "/assets/app-1.js", "/assets/gone.js"):
        sent = edge.ask(path).headers
        assert sent["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';"), path
        assert sent["Strict-Transport-Security"] == "max-age=31536000"
        assert sent["X-Content-Type-Options"] == "nosniff"
        assert sent["Referrer-Policy"] == "same-origin"
        assert sent["Cross-Origin-Opener-Policy"] == sent["Cross-Origin-Resource-Policy"] == "same-origin"
        assert sent["Permissions-Policy"] == "camera=(), geolocation=(), microphone=(), payment=()"


# Not /health: the emulator has one of its own, for every host.
@pytest.mark.parametrize("path", ["/api/queues/que_1", "/api/nothing.here", "/api/"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_the_api_gets_its_requests_as_they_are_and_its_errors_stay_its_own(edge, path, method):
    answer = edge.ask(f"{path}?page=a%2Fb&page=c", method, Authorization="Bearer one", Cookie="a=1; b=2", If_Match='"3"')
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/json"
    assert "Content-Security-Policy" not in answer.headers
    assert answer.raw.headers.getlist("set-cookie") == ["__Secure-one=1; Path=/api/auth", "__Secure-two=2; Path=/api/auth"]
    told = json.loads(body(answer))["told"]
    assert (told["method"], told["path"]) == (method, f"{path}?page=a%2Fb&page=c")
    headers = told["headers"]
    assert (headers["authorization"], headers["cookie"], headers["if-match"]) == ("Bearer one", "a=1; b=2", '"3"')
    # The gateway knows its APIs by the host.
    assert headers["host"].startswith("127.0.0.1")


def test_the_api_learns_that_it_was_our_distribution_and_whose_request_it_was(edge):
    answer = edge.ask("/api/me", x_dawr_edge_proof="forged", X_Forwarded_For="198.51.100.1")
    headers = json.loads(body(answer))["told"]["headers"]
    assert headers["x-dawr-edge-proof"] == PROOF
    # What the viewer claims comes first, what the distribution saw last.
    assert headers["x-forwarded-for"] == "198.51.100.1, 127.0.0.1"


def test_a_viewer_who_names_an_address_of_their_own_changes_nothing_that_is_read(edge):
    """The policy passes on what a viewer says in a header that no policy of ours sets; so the functions read only what is always set."""
    told = [
        json.loads(body(edge.ask("/api/me", **said)))["told"]["headers"]
        for said in ({}, {"CloudFront_Viewer_Address": "198.51.100.1:46532"})
    ]
    honest, forged = told
    assert forged["x-forwarded-for"] == honest["x-forwarded-for"] == "127.0.0.1"
    assert forged["x-dawr-edge-proof"] == PROOF
    policies = yaml_parse((ROOT / "infra" / "stacks" / "web.yaml").read_text())
    assert "CloudFront-Viewer-Address" not in json.dumps(policies)


def test_nobody_reads_the_bucket_but_the_distribution(edge):
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.exceptions import ClientError
    import boto3

    stranger = boto3.client("s3", endpoint_url=edge.emulator.url, region_name="us-east-1", config=Config(signature_version=UNSIGNED))
    with pytest.raises(ClientError) as refused:
        stranger.get_object(Bucket=edge.bucket, Key="app/index.html")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    block = edge.s3.get_public_access_block(Bucket=edge.bucket)["PublicAccessBlockConfiguration"]
    assert all(block.values()) and len(block) == 4


def test_a_new_version_leaves_the_old_one_its_parts_for_thirty_days(edge, tmp_path):
    before = edge.files()
    said = edge.upload(built(tmp_path / "second", "app-2.js", "page-1.js"))
    assert "3 of 7 files are new" in said and "0 files of older versions" in said
    assert body(edge.ask("/")) == "index.html of second plain"
    # What has its hash in its name is not put there twice.
    assert edge.files()["app/assets/page-1.js"] == before["app/assets/page-1.js"]
    for old in ("/assets/app-1.js", "/assets/app-1.css", "/assets/page-1.js"):
        assert edge.ask(old).status_code == 200, old
    retired = json.loads(edge.s3.get_object(Bucket=edge.bucket, Key="retired.json")["Body"].read())
    assert sorted(retired) == [f"/assets/app-1.{kind}{form}" for kind in ("css", "js") for form in ("", ".br", ".gz")]

    # A month goes by for one of them.
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=31)
    retired |= {path: since.isoformat().replace("+00:00", "Z") for path in retired if path.startswith("/assets/app-1.js")}
    edge.s3.put_object(Bucket=edge.bucket, Key="retired.json", Body=json.dumps(retired).encode())
    assert "3 files of older versions" in edge.upload(tmp_path / "second")
    assert edge.ask("/assets/app-1.js").status_code in (403, 404)
    assert edge.ask("/assets/app-1.css").status_code == 200

    # Whoever goes back finds everything there again.
    said = edge.upload(built(tmp_path / "first", "app-1.js", "page-1.js", "app-1.css"))
    assert "3 of 10 files are new" in said
    assert body(edge.ask("/assets/app-1.js")) == "assets/app-1.js of first plain"
    retired = json.loads(edge.s3.get_object(Bucket=edge.bucket, Key="retired.json")["Body"].read())
    assert sorted(retired) == [f"/assets/app-2.js{form}" for form in ("", ".br", ".gz")]


def test_what_is_no_app_or_no_bucket_is_refused_in_a_line(edge, tmp_path):
    (tmp_path / "empty").mkdir()
    for folder, bucket, says in [
        (tmp_path / "empty", edge.bucket, "is no built web app"),
        (built(tmp_path / "app", "a-1.js"), "no-such-bucket", "listing no-such-bucket"),
    ]:
        command = [str(DAWR), "upload", "--bucket", bucket, "--folder", str(folder)]
        done = subprocess.run(command, env=edge.emulator.environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and says in done.stderr, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
