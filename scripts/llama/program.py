"""Runs our program against the engine."""

import json
import os
import signal
import subprocess
import time


class Program:
    """`dirgen-bench` with an empty home and one local server."""

    def __init__(self, binary, home, address):
        self.binary = os.path.abspath(binary)
        self.home = home
        self.environment = {
            "HOME": home, "PATH": os.environ["PATH"], "DMR_BASE_URL": address, "LOCAL_MODEL": "tiny", "NO_PROXY": "*",
        }
        if "LD_LIBRARY_PATH" in os.environ:
            self.environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]

    def run(self, *arguments):
        """Exit code, standard output and standard error."""
        done = subprocess.run(
            [self.binary, *arguments], env=self.environment, cwd=self.home, capture_output=True, text=True, timeout=300)
        return done.returncode, done.stdout, done.stderr

    def ask(self, prompt, *options):
        """Exit code, and the record of the call."""
        code, output, error = self.run("ask", "--json", "--model", "local/tiny", "--no-fallback", *options, prompt)
        assert output, f"exit code {code}: {error}"
        return code, json.loads(output)

    def stream(self, prompt, *options):
        """Exit code, the events in between, and the record."""
        code, output, error = self.run(
            "ask", "--json", "--stream", "--model", "local/tiny", "--no-fallback", *options, prompt)
        events = [json.loads(line) for line in output.splitlines()]
        assert events and events[-1]["type"] == "ended", f"exit code {code}: {error}"
        return code, events[:-1], events[-1]["call"]

    def interrupt(self, prompt, *options):
        """Interrupts a stream at its first text; when that was, and the exit code."""
        arguments = ["ask", "--stream", "--model", "local/tiny", "--no-fallback", *options, prompt]
        with subprocess.Popen(
            [self.binary, *arguments], env=self.environment, cwd=self.home, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, bufsize=0,
        ) as process:
            assert process.stdout.read(1), "no text came"
            process.send_signal(signal.SIGINT)
            left = time.monotonic()
            return left, process.wait(timeout=60)
