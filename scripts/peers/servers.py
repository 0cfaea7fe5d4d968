"""The programs that peers talk to: the simulator, and the gateway over it."""

import contextlib
import os
import subprocess
import tempfile


def own_environment():
    """Ours without proxies: none stands between us and this machine."""
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


@contextlib.contextmanager
def simulator(binary, scenario):
    """The simulator's address, while it runs."""
    command = [binary, "simulate", "--scenario", scenario, "--time-scale", "0.01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=own_environment()) as process:
        try:
            first = process.stdout.readline()
            assert " on http" in first, f"the simulator did not start: {first!r}"
            yield first.split(" on ")[1].strip()
        finally:
            process.terminate()


@contextlib.contextmanager
def gateway(origin, binary):
    """The server over the simulator at this address; gives its own address."""
    paths = {"OPENAI": "/openai/v1", "ANTHROPIC": "/anthropic", "GEMINI": "/gemini", "GROQ": "/groq", "XAI": "/xai/v1"}
    environment = own_environment()
    for name, path in paths.items():
        environment[f"{name}_BASE_URL"] = origin + path
        environment[f"{name}_API_KEY"] = "any-key"
    environment["DMR_BASE_URL"] = origin + "/local"
    with tempfile.TemporaryDirectory() as folder:
        environment["HOME"] = folder
        command = [binary, "serve", "--port", "0", "--db", folder + "/dirgen.sqlite"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=folder) as server:
            try:
                first = server.stdout.readline()
                assert first.startswith("listening on http"), first
                yield first.split(" on ")[1].strip()
            finally:
                server.terminate()
