"""The gateways that are compared, each started in front of the same two upstreams."""

import contextlib
import os
import pathlib
import socket
import subprocess
import time

ANSWER = (
    '{"id":"chatcmpl-x","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{"role":'
    '"assistant","content":"Hello there, this is a fixed answer of moderate length used to measure the floor of a proxy hop on '
    'this machine. It goes on for a while so that the body is about half a kilobyte in size, like a short chat answer."},'
    '"finish_reason":"stop"}],"usage":{"prompt_tokens":120,"completion_tokens":48,"total_tokens":168}}')
PATH = "/v1/chat/completions"
CLEAN = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(port, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise OSError(f"nothing listens on {port}")


def with_children(pid):
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += with_children(int(child))
    return found


@contextlib.contextmanager
def process(command, folder, log, environment=CLEAN):
    with open(folder / log, "wb") as output:
        with subprocess.Popen(command, stdout=output, stderr=output, cwd=folder, env=environment) as running:
            try:
                yield running
            finally:
                running.terminate()
                try:
                    running.wait(10)
                except subprocess.TimeoutExpired:
                    running.kill()


class Gateway:
    """A gateway under measurement: whole answers come from nginx, streams from the paced server."""

    name, model, key, path = "direct", "m", "any", PATH
    stream_key = None

    def __init__(self, folder, unary, stream):
        self.folder, self.unary, self.stream = folder, unary, stream
        self.port, self.stream_port, self.pids = unary, stream, []

    @contextlib.contextmanager
    def started(self):
        yield self


class HAProxy(Gateway):
    name = "haproxy"

    @contextlib.contextmanager
    def started(self):
        self.port, self.stream_port = free_port(), free_port()
        parts = [
            "global\n nbthread 1\n maxconn 8192\n",
            "defaults\n mode http\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n http-reuse always\n",
            # Else it holds chunks of a stream back.
            " option http-no-delay\n",
        ]
        for name, port, upstream in (("a", self.port, self.unary), ("b", self.stream_port, self.stream)):
            parts.append(f"frontend {name}\n bind 127.0.0.1:{port}\n default_backend {name}s\n")
            parts.append(f"backend {name}s\n server s 127.0.0.1:{upstream}\n")
        (self.folder / "haproxy.cfg").write_text("".join(parts))
        with process(["haproxy", "-db", "-f", "haproxy.cfg"], self.folder, "haproxy.log") as running:
            await_port(self.port)
            self.pids = with_children(running.pid)
            yield self


NGINX = """worker_processes 1; daemon off; pid %(name)s.pid; error_log stderr;
events { worker_connections 8192; }
http { access_log off; keepalive_requests 100000000; tcp_nodelay on; client_max_body_size 64m; client_body_buffer_size 512k;
 client_body_temp_path %(name)s-body; proxy_temp_path %(name)s-proxy;
 fastcgi_temp_path %(name)s-f; uwsgi_temp_path %(name)s-u; scgi_temp_path %(name)s-s;
 %(body)s }
"""


class NGINXProxy(Gateway):
    name = "nginx"

    @contextlib.contextmanager
    def started(self):
        self.port, self.stream_port = free_port(), free_port()
        body = ""
        for name, port, upstream in (("a", self.port, self.unary), ("b", self.stream_port, self.stream)):
            body += (f"upstream {name} {{ server 127.0.0.1:{upstream}; keepalive 1024; keepalive_requests 100000000; }}\n"
                     f"server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ proxy_pass http://{name}; "
                     'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } }\n')
        (self.folder / "proxy.conf").write_text(NGINX % {"name": "proxy", "body": body})
        with process(["nginx", "-p", ".", "-c", "proxy.conf"], self.folder, "proxy.log") as running:
            await_port(self.port)
            self.pids = with_children(running.pid)
            yield self


class Ours(Gateway):
    """The server as it starts, without keys; metrics are counted and calls recorded all the same."""

    name, model = "dirgen", "gpt-6-luna"
    budget = None

    @contextlib.contextmanager
    def started(self):
        with contextlib.ExitStack() as stack:
            self.pids = []
            self.port = self.server(stack, "unary", self.unary)
            self.stream_port = self.server(stack, "stream", self.stream)
            yield self

    def server(self, stack, kind, upstream):
        home = self.folder / f"{self.name.replace(' ', '-')}-{kind}"
        home.mkdir()
        environment = {**CLEAN, "HOME": str(home), "OPENAI_BASE_URL": f"http://127.0.0.1:{upstream}/v1",
                       "OPENAI_API_KEY": "sk-up-0000000000000001"}
        for name in ("ANTHROPIC", "GEMINI", "GROQ", "XAI"):
            environment.pop(f"{name}_API_KEY", None)
        self.prepare(home, environment)
        port = free_port()
        command = [self.binary, "serve", "--port", str(port), "--db", str(home / "db.sqlite"), "--quiet"]
        running = stack.enter_context(process(command, home, "log", environment))
        await_port(port)
        if kind == "unary":
            self.pids = with_children(running.pid)
        return port

    def prepare(self, home, environment):
        pass


class OursGoverned(Ours):
    """With a virtual key, its budget and its limits of requests and tokens a minute."""

    name = "dirgen governed"

    def prepare(self, home, environment):
        command = [self.binary, "keys", "issue", "--name", "bench", "--budget", "100000", "--rpm", "10000000",
                   "--tpm", "1000000000", "--db", str(home / "db.sqlite")]
        output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=home).stdout
        # The secret of the first server; the second, for streams, has its own.
        if self.key == "any":
            self.key = output.strip()
        else:
            self.stream_key = output.strip()


class TensorZero(Gateway):
    """The Rust gateway inside the Python client, without observability."""

    name, path = "tensorzero", "/openai/v1/chat/completions"
    model = "tensorzero::model_name::up"

    @contextlib.contextmanager
    def started(self):
        with contextlib.ExitStack() as stack:
            (self.port, running) = self.server(stack, "unary", self.unary)
            (self.stream_port, _) = self.server(stack, "stream", self.stream)
            self.pids = with_children(running.pid)
            yield self

    def server(self, stack, kind, upstream):
        home = self.folder / f"tensorzero-{kind}"
        home.mkdir()
        (home / "tensorzero.toml").write_text(
            "[gateway]\nobservability.enabled = false\n[models.up]\nrouting = [\"mock\"]\n[models.up.providers.mock]\n"
            f'type = "openai"\nmodel_name = "m"\napi_base = "http://127.0.0.1:{upstream}/v1/"\napi_key_location = "none"\n')
        (home / "start.py").write_text(
            "import time\nfrom openai import OpenAI\nfrom tensorzero import patch_openai_client\n"
            'c = OpenAI(api_key="none")\n'
            'patch_openai_client(c, config_file="tensorzero.toml", clickhouse_url=None, async_setup=False)\n'
            "print(c.base_url, flush=True)\ntime.sleep(1e6)\n")
        running = stack.enter_context(process([self.python, "start.py"], home, "log"))
        end = time.monotonic() + 60
        while time.monotonic() < end:
            text = (home / "log").read_text()
            address = next((line for line in text.splitlines() if line.startswith("http://")), None)
            if address:
                return int(address.split(":")[2].split("/")[0]), running
            time.sleep(0.1)
        raise OSError(text)


class LiteLLM(Gateway):
    """One worker, no callbacks, no retries."""

    name, key = "litellm", "sk-local-0001"

    @contextlib.contextmanager
    def started(self):
        with contextlib.ExitStack() as stack:
            self.port, running = self.server(stack, "unary", self.unary)
            self.stream_port, _ = self.server(stack, "stream", self.stream)
            self.pids = with_children(running.pid)
            yield self

    def server(self, stack, kind, upstream):
        home = self.folder / f"litellm-{kind}"
        home.mkdir()
        (home / "config.yaml").write_text(
            "model_list:\n  - model_name: m\n    litellm_params: { model: openai/m, "
            f'api_base: "http://127.0.0.1:{upstream}/v1", api_key: sk-up-000001 }}\n'
            "router_settings: { num_retries: 0 }\nlitellm_settings: { telemetry: false, callbacks: [] }\n"
            f"general_settings: {{ master_key: {self.key} }}\n")
        port = free_port()
        environment = {**CLEAN, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "HF_HUB_OFFLINE": "1", "LITELLM_LOG": "ERROR",
                       "HOME": str(home)}
        command = [str(pathlib.Path(self.python).parent / "litellm"), "--config", "config.yaml", "--host", "127.0.0.1",
                   "--port", str(port), "--num_workers", "1"]
        running = stack.enter_context(process(command, home, "log", environment))
        await_port(port, 180)
        return port, running


@contextlib.contextmanager
def upstreams(folder, paced):
    unary, stream = free_port(), free_port()
    body = (f"server {{ listen 127.0.0.1:{unary} backlog=4096; location / {{ default_type application/json; "
            f"return 200 '{ANSWER}'; }} }}")
    (folder / "upstream.conf").write_text(NGINX % {"name": "upstream", "body": body})
    with process(["nginx", "-p", ".", "-c", "upstream.conf"], folder, "upstream.log"), \
            process([paced, "serve", str(stream), "64", "20"], folder, "paced.log"):
        await_port(unary)
        await_port(stream)
        yield unary, stream


def every(binary, python):
    """The kinds to compare; those of Python only where an interpreter has them."""
    Ours.binary = os.path.abspath(binary)
    kinds = [Gateway, HAProxy, NGINXProxy, Ours, OursGoverned]
    if python:
        TensorZero.python = LiteLLM.python = os.path.abspath(python)
        kinds += [TensorZero, LiteLLM]
    return kinds
