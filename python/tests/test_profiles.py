"""What needs no server: the profiles of a PCCE, and the names and signatures that callers rely on."""

import inspect
import unittest
import unittest.mock

from dirgen_core import llm_services

ARCHITECT = {
    "rol_agente": "architect",
    "modelo_id": "openai/gpt-5",
    "fallback_modelo": "ai/smollm3",
    "configuracion": {"temperatura": 0.1, "max_tokens": 500},
    "tareas_especializadas": ["architecture"],
    "of_their_own": 7,
}
PLANNER = {"rol_agente": "planner", "modelo_id": "ai/gemma3-qat", "fallback_modelo": "ai/smollm3"}
BUILT_IN = {
    "modelo_id": "ai/smollm3",
    "fallback_modelo": "ai/gemma3-qat",
    "configuracion": {"temperatura": 0.2, "max_tokens": 10000},
}


class NamesTests(unittest.TestCase):
    def test_signatures_are_those_of_the_platform(self):
        messages = "messages: list, temperature: float = 0.1, max_tokens: int = 4096"
        expected = {
            "ask_llm": "(model_id: str, system_prompt: str, user_prompt: str, task_type: str = 'general', "
            "use_cache: bool = False) -> str",
            "get_agent_profile": "(pcce_data: dict, agent_role: str) -> dict",
            "select_optimal_model": "(task_type: str, agent_profile: dict) -> str",
            "call_local_llm": "(model_id: str, %s) -> str" % messages,
            "ensure_model_available": "(model_id: str) -> bool",
            "get_rotated_gemini_key": "() -> str",
            "record_gemini_result": "(api_key: str, success: bool, error_msg: str = '') -> None",
            **{
                "call_%s_llm" % name: "(%s) -> str" % messages
                for name in ("groq", "openai", "anthropic", "xai", "gemini")
            },
        }
        found = {name: str(inspect.signature(getattr(llm_services, name))) for name in llm_services.__all__}
        self.assertEqual(found, expected)


class ProfileTests(unittest.TestCase):
    def test_the_role_itself_is_returned_as_it_stands(self):
        document = {"perfiles_agentes": [PLANNER, ARCHITECT]}
        with unittest.mock.patch.object(llm_services._log, "warning") as warned:
            self.assertIs(llm_services.get_agent_profile(document, "architect"), ARCHITECT)
            self.assertIs(llm_services.get_agent_profile(document, "planner"), PLANNER)
        warned.assert_not_called()

    def test_another_role_gets_the_planner_with_a_warning(self):
        with self.assertLogs("dirgen_core", "WARNING") as logged:
            found = llm_services.get_agent_profile({"perfiles_agentes": [ARCHITECT, PLANNER]}, "tester")
        self.assertIs(found, PLANNER)
        self.assertIn("tester", logged.output[0])

    def test_without_a_planner_it_is_the_built_in_one(self):
        for document in ({}, None, {"perfiles_agentes": None}, {"perfiles_agentes": "none"},
                         {"perfiles_agentes": [ARCHITECT, "text", None]}, []):
            with self.subTest(document=document), self.assertLogs("dirgen_core", "WARNING"):
                self.assertEqual(llm_services.get_agent_profile(document, "tester"), BUILT_IN)

    def test_the_built_in_one_is_the_callers_own(self):
        llm_services.get_agent_profile({}, "tester")["configuracion"]["max_tokens"] = 1
        self.assertEqual(llm_services.get_agent_profile({}, "tester"), BUILT_IN)

    def test_english_names_are_read_too(self):
        planner = {"role": "planner", "model": "ai/smollm3"}
        self.assertIs(llm_services.get_agent_profile({"agent_profiles": [planner]}, "planner"), planner)


class ErrorWordsTests(unittest.TestCase):
    def test_the_class_of_a_failure_is_read_from_its_words(self):
        cases = {
            "429 Resource has been exhausted (e.g. check quota).": "rate_limited",
            "RESOURCE_EXHAUSTED": "rate_limited",
            "Quota exceeded for quota metric 'Generate Content API requests per minute'": "rate_limited",
            "400 API key not valid. Please pass a valid API key.": "auth",
            "API_KEY_INVALID": "auth",
            "401 Unauthorized": "auth",
            "403 Your API key was reported as leaked. PERMISSION_DENIED": "account",
            "403 PERMISSION_DENIED": "permission",
            "503 The model is overloaded. Please try again later.": "overloaded",
            "500 An internal error has occurred": "server_error",
            "504 Deadline Exceeded": "timeout_total",
            "HTTPSConnectionPool: Read timed out. (read timeout=60)": "timeout_total",
            "404 models/gemini-9 is not found for API version v1beta": "model_not_found",
            "400 Invalid argument": "bad_request",
            "The candidate's finish_reason is SAFETY": "content_filter",
            "Connection aborted": "conn_reset",
            "something nobody foresaw": "server_error",
            "": "server_error",
        }
        self.assertEqual({text: llm_services._outcome(text) for text in cases}, cases)

    def test_the_wait_that_was_asked_for_is_read_too(self):
        cases = {
            'retry_delay {\n  seconds: 12\n}': 12_000,
            '"retryDelay": "37s"': 37_000,
            "Please retry in 37.25s.": 37_250,
            "Retry-After: 5": 5_000,
            "retry in 9999999s": 86_400_000,
            "no wait": None,
        }
        self.assertEqual({text: llm_services._wait(text) for text in cases}, cases)


if __name__ == "__main__":
    unittest.main()
