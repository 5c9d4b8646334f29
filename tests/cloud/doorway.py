"""One origin for the API and the simulator, as on one machine.

The emulator tells APIs apart by the Host header, which a browser, a script and the simulator would have to forge; here
every path below /simulator goes to the simulator and everything else to the API.
"""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}


class Doorway:
    """A forwarding server on a port of its own."""

    def __init__(self):
        doorway = self
        self.api: tuple[int, str] | None = None
        self.simulator: int | None = None

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def forward(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
                if self.path.startswith("/simulator"):
                    port = doorway.simulator
                    if self.path == "/simulator/api/numbers":
                        body = doorway.absolute(body)
                else:
                    port, headers["Host"] = doorway.api
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                try:
                    connection.request(self.command, self.path, body, headers)
                    response = connection.getresponse()
                    answer = response.read()
                except (OSError, http.client.HTTPException):
                    # What the simulator does to a connection on purpose is done to this one, too.
                    self.close_connection = True
                    return
                finally:
                    connection.close()
                try:
                    self.answer(response, answer)
                except (BrokenPipeError, ConnectionResetError):
                    # Whoever asked has gone: a sender whose patience the simulator tries.
                    self.close_connection = True

            def answer(self, response, body):
                self.send_response_only(response.status)
                for name, value in response.getheaders():
                    if name.lower() not in HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = forward

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def absolute(self, body: bytes) -> bytes:
        """A number with the whole address of its callbacks: the simulator is not where the API is."""
        number = json.loads(body)
        if number.get("callbackUrl", "").startswith("/"):
            number["callbackUrl"] = self.url + number["callbackUrl"]
        return json.dumps(number).encode()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
