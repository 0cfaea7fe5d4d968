"""What goes over the wire, and what happens when nothing useful comes back."""

import json
import os
import time
import unittest
import unittest.mock

from dirgen_core import llm_services
from tests import servers

KEY = "AIza-canary-0000000000"
ASKED = json.dumps({"choices": [{"message": {"content": "Because."}, "finish_reason": "stop"}]}).encode()


class ConnectionTests(unittest.TestCase):
    def point(self, **variables):
        patch = unittest.mock.patch.dict(os.environ, variables, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def refusal(self, function=None):
        with self.assertRaises(Exception) as raised:
            (function or (lambda: llm_services.ask_llm("auto", "s", "u", "planning")))()
        return raised.exception

    def test_a_server_that_is_down_is_an_error_of_each_function(self):
        self.point(DIRGEN_URL="http://127.0.0.1:%d" % servers.closed_port(), GEMINI_API_KEY=KEY)
        error = self.refusal()
        self.assertIs(type(error), Exception)
        self.assertRegex(str(error), "'planning'.*no server answers at http://127.0.0.1:[0-9]+ .*dirgen-bench serve")
        for name in ("groq", "openai", "anthropic", "xai", "gemini"):
            self.assertIs(type(self.refusal(lambda: getattr(llm_services, "call_%s_llm" % name)([]))), Exception)
        self.assertIs(type(self.refusal(lambda: llm_services.call_local_llm("ai/smollm3", []))), Exception)
        self.assertIs(type(self.refusal(llm_services.get_rotated_gemini_key)), ValueError)
        with self.assertLogs("dirgen_core", "WARNING"):
            self.assertIsNone(llm_services.record_gemini_result(KEY, True))
            self.assertEqual(llm_services.select_optimal_model("x", {"modelo_id": "ai/smollm3"}), "ai/smollm3")
            self.assertFalse(llm_services.ensure_model_available("ai/smollm3"))
        self.assertTrue(llm_services.ensure_model_available("openai/gpt-5"))

    def test_a_server_that_never_answers_is_given_up(self):
        with servers.Silent() as silent:
            self.point(DIRGEN_URL=silent.url, DIRGEN_TIMEOUT="0.3")
            start = time.monotonic()
            self.assertIn("did not answer within 0.3 s", str(self.refusal()))
            self.assertLess(time.monotonic() - start, 3)

    def test_an_answer_that_breaks_off_is_an_error(self):
        half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"text\":"
        for says in (half, b"", b"nonsense\r\n\r\n"):
            with self.subTest(says), servers.Silent(says) as server:
                self.point(DIRGEN_URL=server.url, DIRGEN_TIMEOUT="5")
                self.assertIn("broke", str(self.refusal()))

    def test_what_is_not_json_is_an_error(self):
        for status in (200, 502):
            with servers.StandIn(status, b"<html>") as server:
                self.point(DIRGEN_URL=server.url)
                self.assertIn("answered %d with what is not JSON" % status, str(self.refusal()))

    def test_both_kinds_of_error_are_read(self):
        for body, words in (
            ({"detail": "no table", "advice": "run one"}, "no table (run one)"),
            ({"error": {"message": "quota is gone"}}, "quota is gone"),
            ({"error": "odd"}, "answered 500"),
            ([], "answered 500"),
        ):
            with self.subTest(body), servers.StandIn(500, json.dumps(body).encode()) as server:
                self.point(DIRGEN_URL=server.url)
                self.assertIn(words, str(self.refusal()))

    def test_an_answer_without_text_is_an_error(self):
        defaults = json.dumps([{"provider": "openai", "model": "openai/gpt-5", "callable": True}]).encode()
        for body in (b"{}", b'{"choices":[]}', b'{"choices":[{"message":null}]}', b"[]",
                     b'{"choices":[{"message":{"content":""},"finish_reason":"length"}]}'):
            with self.subTest(body), servers.StandIn(200, body, {"/api/defaults": (200, defaults)}) as server:
                self.point(DIRGEN_URL=server.url)
                self.assertIn("no text", str(self.refusal(lambda: llm_services.call_openai_llm([]))))

    def test_the_virtual_key_is_sent_and_never_shown(self):
        with servers.StandIn(200, ASKED) as server:
            self.point(DIRGEN_URL=server.url + "/", DIRGEN_KEY="dg-virtual")
            self.assertEqual(llm_services.ask_llm("auto", "s", "u"), "Because.")
            method, path, headers, body = server.requests[0]
            self.assertEqual((method, path), ("POST", "/v1/chat/completions"))
            headers = {name.lower(): value for name, value in headers.items()}
            self.assertEqual(headers["authorization"], "Bearer dg-virtual")
            self.assertEqual((headers["x-dirgen-task"], headers["x-dirgen-cache"]), ("general", "off"))
            self.assertEqual([message["role"] for message in json.loads(body)["messages"]], ["system", "user"])
            self.point(DIRGEN_URL=server.url, DIRGEN_KEY="dg-\nvirtual")
            self.assertNotIn("virtual", str(self.refusal()))
            self.point(DIRGEN_URL=server.url)
            self.refusal(lambda: llm_services.ask_llm("auto", "s", "u", "a\r\nx-dirgen-cache: on"))
            self.assertEqual(len(server.requests), 1)

    def test_no_provider_key_leaves_the_process(self):
        turn = json.dumps({"provider": "gemini", "fingerprint": llm_services._fingerprint(KEY)}).encode()
        with servers.StandIn(200, turn) as server:
            self.point(DIRGEN_URL=server.url, GEMINI_API_KEY=KEY)
            self.assertEqual(llm_services.get_rotated_gemini_key(), KEY)
            message = "429 for https://generativelanguage.googleapis.com/v1beta/models?key=" + KEY
            llm_services.record_gemini_result(KEY, False, message)
            self.assertEqual(len(server.requests), 2)
            self.assertNotIn(KEY, repr(server.requests))

    def test_the_fingerprint_is_the_servers(self):
        self.assertEqual(llm_services._fingerprint("simulated"), "bbc5644993c9")

    def test_an_address_or_a_time_that_cannot_be_read_is_an_error(self):
        for variables in (
            {"DIRGEN_URL": "127.0.0.1:8787"}, {"DIRGEN_URL": "ftp://127.0.0.1"}, {"DIRGEN_URL": "http://h:99999"},
            {"DIRGEN_TIMEOUT": "soon"}, {"DIRGEN_TIMEOUT": "-1"}, {"DIRGEN_TIMEOUT": "nan"}, {"DIRGEN_TIMEOUT": "inf"},
        ):
            with self.subTest(variables):
                self.point(**variables)
                self.assertIn(list(variables)[0], str(self.refusal()))

    def test_a_proxy_of_the_environment_is_not_used(self):
        with servers.StandIn(200, ASKED) as server:
            proxy = "http://127.0.0.1:%d" % servers.closed_port()
            self.point(DIRGEN_URL=server.url, http_proxy=proxy, HTTP_PROXY=proxy)
            self.assertEqual(llm_services.ask_llm("auto", "s", "u"), "Because.")


if __name__ == "__main__":
    unittest.main()
