"""The functions against a running server, over the simulator."""

import collections
import os
import subprocess
import unittest
import unittest.mock

from dirgen_core import llm_services
from tests import servers

QUESTION = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why a queue between two services?"}]
PROFILE = {
    "rol_agente": "architect",
    "modelo_id": "ai/gemma3-qat",
    "fallback_modelo": "ai/smollm3",
    "configuracion": {"temperatura": 0.2, "max_tokens": 10000},
}


class ServiceTests(unittest.TestCase):
    """A test with an environment of its own, which points at one server."""

    keys = {}

    def point(self, url, **variables):
        kept = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_MODEL"))}
        patch = unittest.mock.patch.dict(os.environ, {**kept, "DIRGEN_URL": url, **self.keys, **variables}, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def newest_call(self, url):
        return servers.read(url, "/api/calls?limit=1")[-1]

    def assert_plain(self, error):
        self.assertIs(type(error), Exception)


class SimulatedTests(ServiceTests):
    @classmethod
    def setUpClass(cls):
        cls.server = servers.SimulatedServer()
        cls.addClassCleanup(cls.server.stop)
        cls.url = cls.server.url

    def setUp(self):
        self.point(self.url)

    def test_ask_answers_with_the_model_that_is_asked_for(self):
        for asked, answered in (("openai/gpt-6-luna", "openai/gpt-6-luna"), ("ai/smollm3", "local/ai/smollm3")):
            with self.subTest(asked):
                text = llm_services.ask_llm(asked, "Be brief.", "Why a queue?", "architecture")
                self.assertIsInstance(text, str)
                self.assertTrue(text)
                call = self.newest_call(self.url)
                self.assertEqual((call["model"], call["task"]), (answered, "architecture"))

    def test_ask_takes_no_system_prompt_and_no_model(self):
        self.assertTrue(llm_services.ask_llm("auto", "", "Hi"))
        self.assertTrue(llm_services.ask_llm(None, None, "Hi"))

    def test_only_some_tasks_are_served_from_the_cache(self):
        def hits():
            return sum(task["hits"] for task in servers.read(self.url, "/api/cache")["tasks"])

        for task, uses, more in (
            ("verification", True, 1), ("validation", True, 1), ("simple_generation", True, 1),
            ("architecture", True, 0), ("verification", False, 0),
        ):
            with self.subTest(task=task, uses=uses):
                before = hits()
                prompt = "Is %s with cache %s right?" % (task, uses)
                texts = {llm_services.ask_llm("openai/gpt-6-luna", "", prompt, task, uses) for _ in range(2)}
                self.assertEqual(hits() - before, more)
                if more:
                    self.assertEqual(len(texts), 1)

    def test_a_model_that_nobody_has_is_an_error_that_names_the_task(self):
        with self.assertRaises(Exception) as raised:
            llm_services.ask_llm("nobody/model", "", "Hi", "architecture")
        self.assert_plain(raised.exception)
        self.assertIn("architecture", str(raised.exception))
        self.assertIn("nobody", str(raised.exception))

    def test_wrong_input_is_a_plain_error(self):
        for arguments in (("auto", "", ""), ("auto", "", None), ("auto", "", {1, 2}), (7, "", "Hi"), ("auto", 7, "Hi")):
            with self.subTest(arguments):
                with self.assertRaises(Exception) as raised:
                    llm_services.ask_llm(*arguments)
                self.assert_plain(raised.exception)

    def test_each_provider_answers_with_its_default_model(self):
        defaults = {entry["provider"]: entry["model"] for entry in servers.read(self.url, "/api/defaults")}
        for name in ("groq", "openai", "anthropic", "xai", "gemini"):
            with self.subTest(name):
                text = getattr(llm_services, "call_%s_llm" % name)(QUESTION, temperature=0.2, max_tokens=2000)
                self.assertIsInstance(text, str)
                self.assertTrue(text)
                self.assertEqual(self.newest_call(self.url)["model"], defaults[name])

    def test_the_model_of_the_environment_comes_first(self):
        self.point(self.url, OPENAI_MODEL="gpt-6-luna", ANTHROPIC_MODEL="anthropic/claude-opus-4-8")
        self.assertTrue(llm_services.call_openai_llm(QUESTION))
        self.assertEqual(self.newest_call(self.url)["model"], "openai/gpt-6-luna")

    def test_messages_that_cannot_be_sent_are_an_error(self):
        for messages in ([], "text", [{"role": "nobody", "content": "Hi"}], None):
            with self.subTest(messages), self.assertRaises(Exception):
                llm_services.call_openai_llm(messages)
        with self.assertRaises(Exception):
            llm_services.call_openai_llm(QUESTION, temperature=9)

    def test_a_local_model_answers(self):
        self.assertTrue(llm_services.call_local_llm("ai/smollm3", QUESTION, max_tokens=50))
        self.assertEqual(self.newest_call(self.url)["model"], "local/ai/smollm3")

    def test_a_local_model_that_cannot_be_started_is_an_error(self):
        with self.assertRaises(Exception) as raised:
            llm_services.call_local_llm("ai/no-such-model", QUESTION)
        self.assert_plain(raised.exception)
        self.assertIn("ai/no-such-model cannot be started", str(raised.exception))

    def test_a_local_model_is_made_available(self):
        self.assertIs(llm_services.ensure_model_available("ai/gemma3-qat"), True)
        loaded = [m["state"] for m in servers.read(self.url, "/api/models")["models"] if m["model"].endswith("gemma3-qat")]
        self.assertEqual(loaded, ["loaded"])
        with self.assertLogs("dirgen_core", "ERROR"):
            self.assertIs(llm_services.ensure_model_available("ai/no-such-model"), False)
        self.assertIs(llm_services.ensure_model_available("openai/gpt-5"), True)

    def test_without_evidence_the_profile_chooses(self):
        cases = {"complex_generation": "ai/smollm3", "architecture": "ai/gemma3-qat", "general": "ai/gemma3-qat"}
        self.assertEqual({task: llm_services.select_optimal_model(task, PROFILE) for task in cases}, cases)
        lone = {"modelo_id": "ai/smollm3"}
        self.assertEqual(llm_services.select_optimal_model("complex_generation", lone), "ai/smollm3")

    def test_a_profile_that_the_server_cannot_read_chooses_by_itself(self):
        wrong = {**PROFILE, "restricciones": {"calidad_mnima": 0.8}}
        with self.assertLogs("dirgen_core", "WARNING") as logged:
            self.assertEqual(llm_services.select_optimal_model("architecture", wrong), "ai/gemma3-qat")
        self.assertIn("calidad_mnima", logged.output[0])

    def test_a_profile_without_a_model_is_an_error(self):
        with self.assertRaises(KeyError):
            llm_services.select_optimal_model("architecture", {"rol_agente": "architect"})


class EvidenceTests(ServiceTests):
    """A server with a selection table, made by a run beside it."""

    @classmethod
    def setUpClass(cls):
        folder = servers.tempfile.mkdtemp(prefix="dirgen-python-")
        cls.addClassCleanup(servers.shutil.rmtree, folder, ignore_errors=True)
        cls.server = servers.SimulatedServer(folder)
        cls.addClassCleanup(cls.server.stop)
        dataset = os.path.join(os.path.dirname(__file__), "../../datasets/architecture.jsonl")
        done = subprocess.run(
            [servers.BINARY, "run", "--simulate", os.path.abspath(dataset), "--quiet",
             "--models", "openai/gpt-6-luna", "local/ai/smollm3"],
            env=servers.clean_environment(folder), cwd=folder, capture_output=True, text=True, timeout=180,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    def test_evidence_decides(self):
        self.point(self.server.url)
        other = {**PROFILE, "modelo_id": "xai/grok-4", "fallback_modelo": "xai/grok-4"}
        for profile in (PROFILE, other):
            self.assertEqual(llm_services.select_optimal_model("architecture", profile), "openai/gpt-6-luna")
        # Of this task there is no evidence.
        self.assertEqual(llm_services.select_optimal_model("planning", other), "xai/grok-4")

    def test_constraints_of_the_profile_count(self):
        self.point(self.server.url)
        local = {**PROFILE, "restricciones": {"solo_local": True}}
        self.assertIn(llm_services.select_optimal_model("architecture", local), ("local/ai/smollm3", "ai/gemma3-qat"))

    def test_a_pinned_model_stays(self):
        self.point(self.server.url)
        pinned = {**PROFILE, "modelo_id": "xai/grok-4", "fijar_modelo": True}
        self.assertEqual(llm_services.select_optimal_model("architecture", pinned), "xai/grok-4")


class VirtualKeyTests(ServiceTests):
    """A server that asks its clients for keys."""

    @classmethod
    def setUpClass(cls):
        folder = servers.tempfile.mkdtemp(prefix="dirgen-python-")
        cls.addClassCleanup(servers.shutil.rmtree, folder, ignore_errors=True)
        cls.secrets = {
            name: subprocess.run(
                [servers.BINARY, "keys", "issue", "--name", name, *options], env=servers.clean_environment(folder),
                capture_output=True, text=True, timeout=60, check=True,
            ).stdout.strip()
            for name, options in (("user", ()), ("poor", ("--budget", "0.000000001")), ("chief", ("--role", "admin")))
        }
        cls.server = servers.SimulatedServer(folder)
        cls.addClassCleanup(cls.server.stop)

    def test_a_clients_key_is_enough_for_everything_but_the_keys_of_gemini(self):
        self.point(self.server.url, DIRGEN_KEY=self.secrets["user"], GEMINI_API_KEY="simulated")
        self.assertTrue(llm_services.ask_llm("auto", "", "Hi"))
        self.assertTrue(llm_services.call_openai_llm(QUESTION))
        self.assertTrue(llm_services.call_local_llm("ai/smollm3", QUESTION))
        self.assertTrue(llm_services.ensure_model_available("ai/gemma3-qat"))
        with unittest.mock.patch.object(llm_services._log, "warning") as warned:
            self.assertEqual(llm_services.select_optimal_model("architecture", PROFILE), "ai/gemma3-qat")
        warned.assert_not_called()
        with self.assertRaisesRegex(ValueError, "its role is use"):
            llm_services.get_rotated_gemini_key()
        self.point(self.server.url, DIRGEN_KEY=self.secrets["chief"], GEMINI_API_KEY="simulated")
        self.assertEqual(llm_services.get_rotated_gemini_key(), "simulated")

    def test_without_the_right_key_nothing_is_answered(self):
        for secret in ("", "dg-nonsense"):
            with self.subTest(secret):
                self.point(self.server.url, DIRGEN_KEY=secret)
                with self.assertRaisesRegex(Exception, "key"):
                    llm_services.ask_llm("auto", "", "Hi")
                with self.assertRaisesRegex(Exception, "key"):
                    llm_services.call_openai_llm(QUESTION)

    def test_a_budget_holds(self):
        self.point(self.server.url, DIRGEN_KEY=self.secrets["poor"])
        with self.assertRaisesRegex(Exception, "budget"):
            llm_services.ask_llm("openai/gpt-6-luna", "", "Hi")


class KeyTests(ServiceTests):
    """A server with three Gemini keys and nothing else."""

    keys = {"GEMINI_API_KEY": "alpha-key-0001", "GEMINI_API_KEY_1": "beta-key-0002", "GEMINI_API_KEY_2": "gamma-key-0003"}

    def setUp(self):
        self.server = servers.ServerOverSimulator(self.keys)
        self.addCleanup(self.server.stop)
        self.url = self.server.url
        self.point(self.url)

    def counts(self):
        return {key["variable"]: (key["uses"], key["successes"], sum(key["failures"].values()), key["state"])
                for key in servers.read(self.url, "/api/keys") if key["provider"] == "gemini"}

    def test_every_key_gets_the_same_load_and_results_are_counted(self):
        taken = []
        for _ in range(9):
            taken.append(llm_services.get_rotated_gemini_key())
            self.assertIsNone(llm_services.record_gemini_result(taken[-1], True))
        self.assertEqual(collections.Counter(taken), dict.fromkeys(self.keys.values(), 3))
        self.assertEqual(self.counts(), dict.fromkeys(self.keys, (3, 3, 0, "healthy")))

    def test_a_limited_key_rests(self):
        limited = llm_services.get_rotated_gemini_key()
        llm_services.record_gemini_result(limited, False, '429 RESOURCE_EXHAUSTED. {"retryDelay": "120s"}')
        self.assertNotIn(limited, {llm_services.get_rotated_gemini_key() for _ in range(6)})
        states = {self.keys[name]: entry[3] for name, entry in self.counts().items()}
        self.assertEqual(states[limited], "limited")

    def test_a_refused_key_is_retired_and_without_any_there_is_an_error(self):
        for _ in self.keys:
            key = llm_services.get_rotated_gemini_key()
            llm_services.record_gemini_result(key, False, "400 API key not valid. Please pass a valid API key.")
        self.assertEqual({entry[3] for entry in self.counts().values()}, {"retired"})
        with self.assertRaises(ValueError) as raised:
            llm_services.get_rotated_gemini_key()
        self.assertIn("retired", str(raised.exception))

    def test_a_result_that_nobody_asked_a_key_for_counts_too(self):
        llm_services.record_gemini_result(self.keys["GEMINI_API_KEY_1"], False, "500 Internal")
        self.assertEqual(self.counts()["GEMINI_API_KEY_1"][:3], (1, 0, 1))

    def test_only_keys_of_this_process_are_chosen(self):
        self.point(self.url, GEMINI_API_KEY="", GEMINI_API_KEY_1=" beta-key-0002 ", GEMINI_API_KEY_2="another-key-0009")
        self.assertEqual({llm_services.get_rotated_gemini_key() for _ in range(4)}, {"beta-key-0002"})
        self.point(self.url, GEMINI_API_KEY="another-key-0009", GEMINI_API_KEY_1="", GEMINI_API_KEY_2="")
        with self.assertRaisesRegex(ValueError, "other keys"):
            llm_services.get_rotated_gemini_key()
        with self.assertLogs("dirgen_core", "WARNING") as logged:
            llm_services.record_gemini_result("another-key-0009", True)
        self.assertNotIn("another-key-0009", logged.output[0])

    def test_without_a_key_there_is_an_error(self):
        self.point(self.url, **dict.fromkeys(self.keys, ""))
        with self.assertRaisesRegex(ValueError, "No Gemini key is set"):
            llm_services.get_rotated_gemini_key()

    def test_a_provider_without_a_key_is_a_value_error(self):
        for name in ("groq", "openai", "anthropic", "xai"):
            with self.subTest(name), self.assertRaisesRegex(ValueError, "%s_API_KEY" % name.upper()):
                getattr(llm_services, "call_%s_llm" % name)(QUESTION)
        self.assertTrue(llm_services.call_gemini_llm(QUESTION))

    @unittest.skipIf(servers.is_open(12434), "Docker Model Runner is on this machine")
    def test_a_local_model_without_an_endpoint_is_a_value_error(self):
        with self.assertRaisesRegex(ValueError, "endpoint"):
            llm_services.call_local_llm("ai/smollm3", QUESTION)
        with self.assertLogs("dirgen_core", "ERROR"):
            self.assertFalse(llm_services.ensure_model_available("ai/smollm3"))


class OutageTests(ServiceTests):
    """Providers that fail, each in its own way."""

    keys = {"GEMINI_API_KEY": "alpha-key-0001", "OPENAI_API_KEY": "delta-key-0004"}
    scenario = """
faults:
  - match: {provider: openai}
    then: {fail: bad_request}
  - match: {provider: gemini}
    then: {fail: auth}
"""

    @classmethod
    def setUpClass(cls):
        cls.server = servers.ServerOverSimulator(cls.keys, cls.scenario, ("gemini", "openai"))
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        self.point(self.server.url)

    def test_when_every_provider_fails_the_error_names_the_task_and_the_last_error(self):
        with self.assertRaises(Exception) as raised:
            llm_services.ask_llm("gemini/gemini-2.5-flash", "", "Hi", "planning")
        self.assert_plain(raised.exception)
        self.assertRegex(str(raised.exception), "task 'planning'. Last error: Invalid request")
        self.assertNotIn("alpha-key-0001", str(raised.exception))

    def test_no_other_provider_answers_for_the_one_that_is_called(self):
        with self.assertRaises(Exception) as raised:
            llm_services.call_openai_llm(QUESTION)
        self.assert_plain(raised.exception)


if __name__ == "__main__":
    unittest.main()
