"""Requests of several callers at once: both dialects, streamed and not, new and repeated prompts, and some that fail."""

import http.client
import json
import threading
import time
import urllib.parse


class Load:
    def __init__(self, address, key, callers=4):
        self.place = urllib.parse.urlsplit(address)
        self.key = key
        self.callers = callers
        self.lock = threading.Lock()
        self.sent = 0
        self.statuses = {}

    def run(self, seconds):
        end = time.monotonic() + seconds
        threads = [threading.Thread(target=self.call, args=(number, end)) for number in range(self.callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def call(self, caller, end):
        connection = http.client.HTTPConnection(self.place.hostname, self.place.port, timeout=60)
        turn = 0
        while time.monotonic() < end:
            path, headers, body = self.request(caller, turn)
            turn += 1
            connection.request("POST", path, json.dumps(body), headers)
            with self.lock:
                self.sent += 1
            response = connection.getresponse()
            response.read()
            with self.lock:
                self.statuses[response.status] = self.statuses.get(response.status, 0) + 1
        connection.close()

    def request(self, caller, turn):
        # Every third prompt is one that was asked before: the cache has it.
        prompt = "Why a queue?" if turn % 3 == 0 else f"Why a queue, number {caller}.{turn}?"
        # One in twenty names a model that does not exist.
        model = "no-such-model" if turn % 20 == 19 else "auto"
        headers = {"content-type": "application/json"}
        body = {"model": model, "max_tokens": 200, "stream": turn % 2 == 0,
                "messages": [{"role": "user", "content": prompt}]}
        if turn % 5 == 2:
            # A long beginning that comes again: the providers' prompt caches hold it.
            body["messages"][0]["content"] = f"{'Answer as the rules of the house say. ' * 400}{prompt}"
        if turn % 4 == 3:
            headers["anthropic-version"] = "2023-06-01"
            if self.key:
                headers["x-api-key"] = self.key
            return "/v1/messages", headers, body
        if self.key:
            headers["authorization"] = f"Bearer {self.key}"
        return "/v1/chat/completions", headers, body
