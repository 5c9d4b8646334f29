"""The web app's stack on the emulator, with a stand-in for the gateway behind it.

The emulator's distribution runs the function, applies the policies and reads the bucket; it keeps nothing, knows no certificate and
no country, and speaks to no host of AWS's. So the API's origin is turned to a server here, which tells what it was asked.
"""

import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests
from emulator import Emulator
from samcli.yamlhelper import yaml_parse
from simulator import DAWR
from stacks import ROOT

STACK = "dawr-edge"
PROOF = "the-secret-header-of-this-distribution"


class Gateway:
    """Stands where API Gateway stands. It answers every request with 404, as the API does, and says what it was asked."""

    def __init__(self):
        class Handler(BaseHTTPRequestHandler):
            def tell(self):
                length = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                told = {"method": self.command, "path": self.path, "headers": headers, "body": self.rfile.read(length).decode()}
                answer = json.dumps({"success": False, "errors": [{"code": "NotFound"}], "told": told}).encode()
                self.send_response(404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Cache-Control", "no-store")
                self.send_header("Set-Cookie", "__Secure-one=1; Path=/api/auth")
                self.send_header("Set-Cookie", "__Secure-two=2; Path=/api/auth")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer)

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = tell

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Edge:
    """The distribution and the bucket behind it."""

    def __init__(self, emulator: Emulator, gateway: Gateway):
        self.emulator = emulator
        template = yaml_parse((ROOT / "infra" / "stacks" / "web.yaml").read_text())
        origins = template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]["Origins"]
        api = next(origin for origin in origins if origin["Id"] == "api")
        api["DomainName"] = "127.0.0.1"
        api["CustomOriginConfig"] = {"OriginProtocolPolicy": "http-only", "HTTPPort": gateway.port}
        values = {"Prefix": STACK, "ApiId": "none", "EdgeProof": PROOF, "Domain": "", "CertificateArn": "", "EdgeLogBucket": ""}
        stacks = emulator.client("cloudformation")
        stacks.create_stack(
            StackName=STACK,
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        )
        stacks.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        outputs = stacks.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
        told = {output["OutputKey"]: output["OutputValue"] for output in outputs}
        self.url, self.domain, self.bucket = told["Url"], told["DomainName"], told["Bucket"]
        self.s3 = emulator.client("s3")

    def ask(self, path: str, method: str = "GET", **headers: str) -> requests.Response:
        """Asks the distribution as a browser does. What is compressed is not unpacked."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        # A browser comes over TLS, which ends before the emulator.
        told = {"Host": self.domain, "Accept-Encoding": "identity", "X-Forwarded-Proto": "https", **names}
        request = requests.Request(method, self.emulator.url + path, headers=told)
        with requests.Session() as session:
            prepared = session.prepare_request(request)
            # What `requests` would tidy in a path.
            prepared.url = self.emulator.url + path
            return session.send(prepared, allow_redirects=False, stream=True, timeout=60)

    def upload(self, folder, *more: str) -> str:
        """Uploads a built app with the project's own program; what it says."""
        command = [str(DAWR), "upload", "--bucket", self.bucket, "--folder", str(folder), *more]
        environment = {**os.environ, **self.emulator.environment}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def files(self) -> dict[str, str]:
        """What is in the bucket: each key with its entity tag."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return {item["Key"]: item["ETag"] for page in pages for item in page.get("Contents", [])}
