"""
A platform for tests, in a process of its own: verifies, takes each message once, keeps the order.

Run as a module with the shared secret as its argument; says its port on the first line.
"""

import json
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

lock = threading.Lock()
secret = ""
chance = random.Random(7)
report: dict[str, Any] = {
    "hits": 0,
    "repeats": 0,
    "forged": 0,
    "cut_off": 0,
    "refused": 0,
    "effects": [],
}
seen: set[str] = set()


class Handler(BaseHTTPRequestHandler):
    """Answers POST with what it did, GET with the report."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            report["cut_off"] += 1
            self.close_connection = True
            return
        try:
            message = Webhook(secret).verify(body, dict(self.headers))
        except WebhookVerificationError:
            report["forged"] += 1
            self.answer(400)
            return
        with lock:
            report["hits"] += 1
            if chance.random() < 0.02:
                report["refused"] += 1
                status = 503
            else:
                self.take(self.headers["webhook-id"], message)
                status = 204
        # Between the effect and the answer: who asks may die meanwhile and never hear of it.
        time.sleep(chance.uniform(0.001, 0.015))
        self.answer(status)

    def take(self, key: str, message: dict[str, Any]) -> None:
        if key in seen:
            report["repeats"] += 1
            return
        seen.add(key)
        data = message["data"]
        report["effects"].append([key, message["type"], data["subject_id"], data["sequence"]])

    def do_GET(self) -> None:
        with lock:
            body = json.dumps(report).encode()
        self.answer(200, body)

    def answer(self, status: int, body: bytes = b"") -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Stay quiet."""


class Server(ThreadingHTTPServer):
    """Does not speak of callers that died."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


def main() -> None:
    global secret
    secret = sys.argv[1]
    server = Server(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
