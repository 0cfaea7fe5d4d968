"""Mutated HTTP over sockets against a running server: it never dies, never answers 5xx to nonsense it refused, ends every connection, and
a plain request is answered after all of it. Arguments: BINARY SECONDS SEED."""

import os
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import time

BODY = b'{"model":"openai/gpt-6-luna","messages":[{"role":"user","content":"hi"}],"max_completion_tokens":4}'
SEEDS = [
    b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(BODY) + BODY,
    b"POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nanthropic-version: 2023-06-01\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"mod\r\n0\r\n\r\n",
    b"POST /v1beta/models/gemini-2.5-flash:generateContent?alt=sse&key=a%20b HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}",
    b"GET /v1/models HTTP/1.1\r\nhost: localhost\r\nconnection: keep-alive\r\n\r\nGET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\naccept: text/html\r\n\r\n",
    b"POST /v1/responses HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 30\r\n\r\n{\"model\":\"m\",\"input\":\"hi\"}    ",
    b"GET /../../etc/passwd HTTP/1.1\r\nhost: localhost\r\n\r\n", b"OPTIONS /v1/models HTTP/1.1\r\nhost: localhost\r\norigin: http://x\r\n\r\n",
]
WORDS = [
    b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b"content-length: 0\r\n", b"content-length: 99999999999999999999\r\n",
    b"content-length: -1\r\n", b"content-length: 5, 5\r\n", b"transfer-encoding: chunked\r\n", b"transfer-encoding: chunked, identity\r\n",
    b"host: evil\r\n", b"upgrade: h2c\r\n", b"expect: 100-continue\r\n", b"0\r\n\r\n", b"ffffffffffffffff\r\n", b"-1\r\n", b"HTTP/1.0",
    b"HTTP/9.9", b"%00", b"%2e%2e%2f", b"/v1/", b"?key=", b"\xff\xfe", b"A" * 9_000, b"x-dirgen-max-cost: nan\r\n", b"[" * 4_000,
]


def mutate(dice):
    data = bytearray(dice.choice(SEEDS))
    for _ in range(dice.choice((0, 1, 1, 2, 3, 8))):
        place = dice.randrange(len(data) + 1)
        kind = dice.randrange(5)
        if kind == 0:
            data[place:place] = dice.choice(WORDS)
        elif kind == 1 and data:
            data[min(place, len(data) - 1)] = dice.randrange(256)
        elif kind == 2:
            del data[place:place + dice.randrange(1, 20)]
        elif kind == 3:
            data[place:place] = dice.choice(SEEDS)
        else:
            data[place:place + dice.randrange(6)] = dice.choice(WORDS)
    return bytes(data)


def send(port, data, dice):
    """What came back. The client closes its side at the end, so that the connection must end."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        try:
            cut = dice.randrange(len(data) + 1)
            for part in (data[:cut], data[cut:]):
                link.sendall(part)
                if dice.random() < 0.2:
                    time.sleep(0.002)
            link.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        received = b""
        try:
            while more := link.recv(65_536):
                received += more
        except ConnectionResetError:
            pass
        return received


def healthy(port):
    answer = send(port, b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n", random.Random(0))
    return answer.startswith(b"HTTP/1.1 200")


def main(binary, seconds, seed):
    dice = random.Random(seed)
    crashes = pathlib.Path(__file__).parent / "crashes"
    with tempfile.TemporaryDirectory() as folder:
        environment = {"HOME": folder, "PATH": os.environ["PATH"]}
        if "LD_LIBRARY_PATH" in os.environ:
            environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
        command = [os.path.abspath(binary), "serve", "--simulate", "--port", "0", "--db", folder + "/fuzz.sqlite"]
        server = subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            port = int(server.stdout.readline().split(" on ")[1].strip().rsplit(":", 1)[1].rstrip("/"))
            end = time.monotonic() + seconds
            count, statuses = 0, {}
            while time.monotonic() < end:
                data = mutate(dice)
                wrong = None
                try:
                    answer = send(port, data, dice)
                    status = answer[:12].decode("latin-1")
                    statuses[status] = statuses.get(status, 0) + 1
                    if answer[9:10] == b"5" or answer and not answer.startswith(b"HTTP/1.1 "):
                        wrong = f"answered {answer[:200]!r}"
                except OSError as error:
                    wrong = f"{type(error).__name__}: {error}"
                count += 1
                if server.poll() is not None:
                    wrong = f"the server ended with {server.returncode}"
                elif count % 500 == 0 and not healthy(port):
                    wrong = "the server no longer answers"
                if wrong:
                    crashes.mkdir(exist_ok=True)
                    (crashes / f"http-{count}").write_bytes(data)
                    print(f"FAIL after {count} requests: {wrong}; input in fuzz/crashes/http-{count}")
                    return 1
            with open(f"/proc/{server.pid}/status") as status:
                memory = next(line.split()[1] for line in status if line.startswith("VmRSS:"))
            if not healthy(port):
                print(f"FAIL after {count} requests: the server no longer answers")
                return 1
            print(f"{count} requests, {int(memory) // 1024} MB; {dict(sorted(statuses.items(), key=lambda item: -item[1]))}")
            return 0
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])))
