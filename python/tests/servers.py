"""Servers for the tests: the real one over the simulator, and stand-ins that misbehave."""

import http.server
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import urllib.request

BINARY = os.environ.get("DIRGEN_BINARY", "dirgen-bench")


class Process:
    """A command of the program, until ``stop``. Its environment has no provider's key but those that are given."""

    def __init__(self, *arguments, environment=None, folder=None):
        self.folder = folder or tempfile.mkdtemp(prefix="dirgen-python-")
        self._owns_folder = folder is None
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [BINARY, *arguments], stdout=subprocess.PIPE, stderr=self.errors, text=True, cwd=self.folder,
            env=clean_environment(self.folder, environment),
        )

    def lines(self, end):
        """The lines that it prints, up to one for which ``end`` is true."""
        lines = []
        for line in self.process.stdout:
            lines.append(line.rstrip("\n"))
            if end(lines[-1]):
                return lines
        self.errors.seek(0)
        raise RuntimeError("%s ended: %s" % (self.process.args, self.errors.read().decode()))

    def stop(self):
        self.process.terminate()
        status = self.process.wait(timeout=40)
        self.process.stdout.close()
        self.errors.close()
        if self._owns_folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        return status


def clean_environment(folder, more=None):
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SWIFT_BACKTRACE") if name in os.environ}
    return {**kept, "HOME": folder, "DIRGEN_DB": os.path.join(folder, "dirgen.sqlite"), **(more or {})}


class SimulatedServer(Process):
    """``serve --simulate``: every provider is configured, with one key whose text is ``simulated``."""

    def __init__(self, folder=None):
        super().__init__("serve", "--simulate", "--port", "0", folder=folder)
        self.url = self.lines(lambda line: line.startswith("listening on "))[-1].split()[-1]


class ServerOverSimulator:
    """``serve`` as in production, with keys and addresses from the environment; the addresses are a simulator's."""

    def __init__(self, keys, scenario=None, providers=("gemini",)):
        self.simulator = Process("simulate", "--time-scale", "0.01", *self._scenario(scenario))
        try:
            lines = self.simulator.lines(lambda line: line.startswith("export DMR_BASE_URL"))
            exports = dict(line[len("export "):].split("=", 1) for line in lines if line.startswith("export "))
            names = [name.upper() + "_BASE_URL" for name in providers if name != "local"]
            environment = {name: exports[name] for name in names}
            if "local" in providers:
                environment["DMR_BASE_URL"] = exports["DMR_BASE_URL"]
            self.server = Process("serve", "--port", "0", environment={**environment, **keys})
            self.url = self.server.lines(lambda line: line.startswith("listening on "))[-1].split()[-1]
        except BaseException:
            self.simulator.stop()
            raise

    def _scenario(self, text):
        if text is None:
            return []
        self.file = tempfile.NamedTemporaryFile("w", suffix=".yaml")
        self.file.write(text)
        self.file.flush()
        return ["--scenario", self.file.name]

    def stop(self):
        self.server.stop()
        self.simulator.stop()


def read(url, path):
    """A document of the server, past the module under test."""
    with urllib.request.urlopen(url + path, timeout=30) as response:
        return json.load(response)


def is_open(port):
    """Whether something listens there on this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class StandIn:
    """A server that answers every request with the same, and keeps what it was sent."""

    def __init__(self, status=200, body=b"{}", answers=None):
        stand_in = self
        self.requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                length = int(self.headers.get("content-length") or 0)
                sent = self.rfile.read(length)
                stand_in.requests.append((self.command, self.path, dict(self.headers), sent))
                status_, body_ = (answers or {}).get(self.path, (status, body))
                self.send_response(status_)
                self.send_header("content-length", str(len(body_)))
                self.end_headers()
                self.wfile.write(body_)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Silent:
    """A server that takes connections, and then says nothing, or half of something before it hangs up."""

    def __init__(self, says=None):
        self._says = says
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen()
        self.url = "http://127.0.0.1:%d" % self._socket.getsockname()[1]
        self._taken = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            if self._says is None:
                self._taken.append(connection)
                continue
            connection.recv(65536)
            connection.sendall(self._says)
            connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Closing alone does not wake a thread that waits in accept.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
        for connection in self._taken:
            connection.close()
