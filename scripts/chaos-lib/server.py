"""`dirgen-bench serve` as a process that is weighed, killed and started again, and its virtual keys."""

import os
import signal
import socket
import subprocess
import time


def free_port():
    """A port that the server keeps over its restarts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, program, environment, folder, database, port=None):
        self.program, self.environment, self.folder, self.database = program, environment, folder, database
        self.port = port or free_port()
        self.lives = 0

    def start(self):
        self.errors = open(f"{self.folder}/server.err", "ab")
        self.process = subprocess.Popen(
            [self.program, "serve", "--port", str(self.port), "--db", self.database], env=self.environment, cwd=self.folder,
            stdout=subprocess.PIPE, stderr=self.errors, text=True)
        first = self.process.stdout.readline()
        if not first.startswith("listening on http"):
            raise RuntimeError(f"the server did not start: {self.complaint()}")
        self.lives += 1

    def kill(self):
        """Without a word: what it held in memory is gone."""
        self.process.kill()
        self.process.wait()

    def stop(self, patience=30):
        """In order; what it returns."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None

    def complaint(self):
        with open(f"{self.folder}/server.err", errors="replace") as file:
            return file.read()[-600:].strip()

    def key(self, name, *options):
        """The secret of a new virtual key."""
        command = [self.program, "keys", "issue", "--db", self.database, "--name", name, *options]
        return subprocess.run(
            command, env=self.environment, cwd=self.folder, capture_output=True, text=True, check=True).stdout.strip()

    def memory(self):
        """Resident kilobytes."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))

    def sockets(self):
        folder = f"/proc/{self.process.pid}/fd"
        count = 0
        for name in os.listdir(folder):
            try:
                count += os.readlink(f"{folder}/{name}").startswith("socket:")
            except OSError:
                pass
        return count

    def settled_sockets(self, most, patience=120):
        """Sockets once idle connections have closed, or when patience is over."""
        end = time.monotonic() + patience
        while self.sockets() > most and time.monotonic() < end:
            time.sleep(1)
        return self.sockets()
