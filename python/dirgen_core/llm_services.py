"""Language models behind one service: the platform's functions, answered by a running ``dirgen-bench serve``.

The server chooses models by evidence, falls back, rotates keys, protects limits and keeps the accounts. This module only
speaks to it: it needs nothing but the standard library, keeps no state, and may be used from many threads.

Environment:

``DIRGEN_URL``
    Address of the server, ``http://127.0.0.1:8787`` unless it is set.
``DIRGEN_KEY``
    Virtual key, where the server asks for one.
``DIRGEN_TIMEOUT``
    Seconds that an answer may take, 600 unless it is set. Connecting may take 5 seconds.

Provider keys are the server's. ``get_rotated_gemini_key`` returns a key of this process's own environment, which the server
chose by its fingerprint: no key ever travels between the two.
"""

import hashlib
import http.client
import json
import logging
import os
import re
import socket
import ssl
import urllib.parse

__all__ = [
    "ask_llm",
    "call_anthropic_llm",
    "call_gemini_llm",
    "call_groq_llm",
    "call_local_llm",
    "call_openai_llm",
    "call_xai_llm",
    "ensure_model_available",
    "get_agent_profile",
    "get_rotated_gemini_key",
    "record_gemini_result",
    "select_optimal_model",
]

_log = logging.getLogger(__name__)

_CACHED_TASKS = ("verification", "validation", "simple_generation")
_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 600.0


# Asking


def ask_llm(
    model_id: str, system_prompt: str, user_prompt: str, task_type: str = "general", use_cache: bool = False
) -> str:
    """The answer's text, from the model that is asked for or the first that answers in its place.

    Raises ``Exception`` with the task and the last error when none does.
    """
    try:
        if not isinstance(user_prompt, str) or not user_prompt.strip():
            raise _Failure("the user's prompt is empty: there is nothing to ask")
        messages = [{"role": "system", "content": system_prompt}] if system_prompt else []
        messages.append({"role": "user", "content": user_prompt})
        cache = "on" if use_cache and task_type in _CACHED_TASKS else "off"
        headers = {"x-dirgen-task": str(task_type), "x-dirgen-cache": cache}
        return _chat({"model": model_id or "auto", "messages": messages}, headers)
    except _Failure as failure:
        raise Exception("No provider answered for task '%s'. Last error: %s" % (task_type, failure)) from failure


def call_groq_llm(messages: list, temperature: float = 0.1, max_tokens: int = 4096) -> str:
    """The text of Groq's default model. Raises ``ValueError`` when the server has no key of Groq."""
    return _call_cloud("groq", messages, temperature, max_tokens)


def call_openai_llm(messages: list, temperature: float = 0.1, max_tokens: int = 4096) -> str:
    """The text of OpenAI's default model. Raises ``ValueError`` when the server has no key of OpenAI."""
    return _call_cloud("openai", messages, temperature, max_tokens)


def call_anthropic_llm(messages: list, temperature: float = 0.1, max_tokens: int = 4096) -> str:
    """The text of Anthropic's default model. Raises ``ValueError`` when the server has no key of Anthropic."""
    return _call_cloud("anthropic", messages, temperature, max_tokens)


def call_xai_llm(messages: list, temperature: float = 0.1, max_tokens: int = 4096) -> str:
    """The text of xAI's default model. Raises ``ValueError`` when the server has no key of xAI."""
    return _call_cloud("xai", messages, temperature, max_tokens)


def call_gemini_llm(messages: list, temperature: float = 0.1, max_tokens: int = 4096) -> str:
    """The text of Gemini's default model. Raises ``ValueError`` when the server has no key of Gemini."""
    return _call_cloud("gemini", messages, temperature, max_tokens)


def call_local_llm(model_id: str, messages: list, temperature: float = 0.1, max_tokens: int = 4096) -> str:
    """The text of a local model, which is fetched and loaded first where it must be.

    Raises ``ValueError`` when the server knows no local endpoint, ``Exception`` when the model cannot be started.
    """
    provider = _provider("local")
    if not provider["callable"]:
        raise ValueError("No endpoint for local models: %s" % _reason(provider))
    model = "local/" + _local_name(model_id)
    # A load that fails is told apart from an answer that does.
    try:
        _load(_local_name(model_id))
    except _Failure as failure:
        raise Exception("The local model %s cannot be started: %s" % (model_id, failure)) from failure
    return _chat_alone(model, messages, temperature, max_tokens)


# Choosing


def get_agent_profile(pcce_data: dict, agent_role: str) -> dict:
    """A role's profile, as it stands in a PCCE; else that of ``planner``, else the built-in one.

    ``pcce_data`` is the parsed document. The dict that is returned is the document's own.
    """
    profiles = _profiles(pcce_data)
    for role in (agent_role, "planner"):
        for profile in profiles:
            if isinstance(profile, dict) and _first(profile, "rol_agente", "role") == role:
                if role != agent_role:
                    _log.warning("no profile for role '%s': using 'planner'", agent_role)
                return profile
    _log.warning("no profile for role '%s': using the built-in default", agent_role)
    return {
        "modelo_id": "ai/smollm3",
        "fallback_modelo": "ai/gemma3-qat",
        "configuracion": {"temperatura": 0.2, "max_tokens": 10000},
    }


def select_optimal_model(task_type: str, agent_profile: dict) -> str:
    """The model for a task: the one that evidence speaks for, under the profile's constraints.

    Where there is no evidence, or no server, the profile decides: its ``fallback_modelo`` for ``complex_generation``, else its
    ``modelo_id``. So does a profile that pins its model (``fijar_modelo``).
    """
    model = _first(agent_profile, "modelo_id", "model", "model_id")
    if not model:
        raise KeyError("modelo_id")
    if _first(agent_profile, "fijar_modelo", "pin_model"):
        return model
    try:
        path = "/api/selection/" + urllib.parse.quote(task_type, safe="")
        choice = _call("POST", path, {"profile": agent_profile})
        if choice.get("verdict") and choice.get("model"):
            return choice["model"]
    except _Failure as failure:
        _log.warning("the profile chooses the model for '%s': %s", task_type, failure)
    fallback = _first(agent_profile, "fallback_modelo", "fallback", "fallback_model")
    if task_type == "complex_generation" and fallback:
        return fallback
    return model


def ensure_model_available(model_id: str) -> bool:
    """Whether a model can be asked: a local one is fetched and loaded. ``True`` for what is not a local model."""
    if not _is_local(model_id):
        return True
    try:
        _load(_local_name(model_id))
        return True
    except _Failure as failure:
        _log.error("the local model %s is not available: %s", model_id, failure)
        return False


# Gemini's keys


def get_rotated_gemini_key() -> str:
    """The next Gemini key of this process's environment, in the round that the server keeps over all its programs.

    Raises ``ValueError`` when there is none, or none that may be used now.
    """
    own = {_fingerprint(key): key for key in _gemini_keys()}
    if not own:
        raise ValueError("No Gemini key is set: GEMINI_API_KEY, or GEMINI_API_KEY_1, _2, ...")
    try:
        turn = _call("POST", "/api/keys/next", {"provider": "gemini", "among": sorted(own)})
    except _Failure as failure:
        raise ValueError("No Gemini key can be used: %s" % failure) from failure
    return own[turn["fingerprint"]]


def record_gemini_result(api_key: str, success: bool, error_msg: str = "") -> None:
    """Tells the server how a call with a key ended, so that a limited key rests and a refused one is retired."""
    result = {"provider": "gemini", "outcome": "ok" if success else _outcome(error_msg)}
    wait = None if success else _wait(error_msg)
    if wait is not None:
        result["retry_after_ms"] = wait
    try:
        _call("POST", "/api/keys/%s/results" % _fingerprint(api_key), result)
    except _Failure as failure:
        # The caller's own call is over: its result must not be lost to this.
        _log.warning("the result of Gemini key %s was not recorded: %s", _fingerprint(api_key), failure)


# Parts


def _first(mapping, *names):
    """The first of the names that a mapping has a value for."""
    for name in names:
        if mapping.get(name):
            return mapping[name]
    return None


def _profiles(pcce_data):
    if not isinstance(pcce_data, dict):
        return []
    profiles = _first(pcce_data, "perfiles_agentes", "agent_profiles", "profiles")
    return profiles if isinstance(profiles, list) else []


def _is_local(model_id):
    return model_id.startswith(("ai/", "local/", "hf.co/", "huggingface.co/", "docker.io/"))


def _local_name(model_id):
    return model_id[len("local/"):] if model_id.startswith("local/") else model_id


def _load(name):
    seconds = max(1, min(3600, int(_answer_seconds()) - 1))
    _call("POST", "/api/models/%s/load?within=%d" % (urllib.parse.quote(name, safe=""), seconds))


def _provider(name):
    try:
        providers = _call("GET", "/api/defaults")
    except _Failure as failure:
        raise Exception(str(failure)) from failure
    for provider in providers:
        if provider["provider"] == name:
            return provider
    raise ValueError("The server knows no provider '%s'" % name)


def _reason(provider):
    parts = [part for part in (provider.get("reason"), provider.get("help")) if part]
    return "; ".join(parts) or "it cannot be called"


def _call_cloud(name, messages, temperature, max_tokens):
    provider = _provider(name)
    if not provider["callable"]:
        raise ValueError("%s_API_KEY is not set: %s" % (name.upper(), _reason(provider)))
    chosen = os.environ.get(name.upper() + "_MODEL") or provider["model"]
    model = chosen if chosen.startswith(name + "/") else "%s/%s" % (name, chosen)
    return _chat_alone(model, messages, temperature, max_tokens)


def _chat_alone(model, messages, temperature, max_tokens):
    """The text of one model, and of no other in its place."""
    limit = "max_tokens" if model.startswith("local/") else "max_completion_tokens"
    request = {"model": model, "messages": messages, "temperature": temperature, limit: max_tokens}
    try:
        return _chat(request, {"x-dirgen-fallback": "off"})
    except _Failure as failure:
        raise Exception(str(failure)) from failure


def _chat(request, headers):
    answer = _call("POST", "/v1/chat/completions", request, headers)
    try:
        choice = answer["choices"][0]
        # A model's own refusal is its answer.
        text = choice["message"].get("content") or choice["message"].get("refusal")
        reason = choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError):
        text = reason = None
    if not text:
        # Models that think may spend all of max_tokens on it.
        why = " (finish_reason: %s)" % reason if reason else ""
        raise _Failure("the answer of %s has no text%s" % (request["model"], why))
    return text


# Keys


def _gemini_keys():
    """The keys of the environment, in the order of their variables."""
    names = ["GEMINI_API_KEY"]
    numbered = [name for name in os.environ if re.fullmatch(r"GEMINI_API_KEY_[0-9]+", name)]
    names += sorted(numbered, key=lambda name: int(name.rsplit("_", 1)[1]))
    return [os.environ[name].strip() for name in names if os.environ.get(name, "").strip()]


def _fingerprint(key):
    """The server's name of a key: it tells keys apart without giving them away."""
    return hashlib.sha256(("dirgen-key/1:" + key).encode()).hexdigest()[:12]


# What the words of an error tell, the first that fits. The words themselves stay here: they may hold the key.
_OUTCOMES = (
    ("account", r"leaked|suspended|account.*disabled"),
    ("auth", r"\b401\b|api[ _]key[ _](not[ _]valid|invalid|expired)|invalid api key|unauthenticated"),
    ("quota_exhausted", r"billing|credit|\b402\b"),
    ("rate_limited", r"\b429\b|resource.?exhausted|rate.?limit|quota|too many requests"),
    ("permission", r"\b403\b|permission.?denied|forbidden"),
    ("model_not_found", r"\b404\b|not.?found"),
    ("overloaded", r"\b503\b|\b529\b|overloaded|unavailable"),
    ("timeout_total", r"timed? ?out|timeout|deadline|\b504\b"),
    ("server_error", r"\b5[0-9]{2}\b|internal"),
    ("content_filter", r"safety|blocked|recitation"),
    ("bad_request", r"\b400\b|invalid.?argument"),
    ("conn_reset", r"connection|reset|refused|network|unreachable"),
)


def _outcome(message):
    text = str(message).lower()
    for outcome, words in _OUTCOMES:
        if re.search(words, text):
            return outcome
    return "server_error"


def _wait(message):
    """Milliseconds that Gemini asked to wait: ``retryDelay: "37s"``, ``Please retry in 37.2s``, ``retry_delay { seconds: 37 }``."""
    words = r"retry(?:_?delay|\s+in|[-_ ]after)\W*(?:seconds\W*)?([0-9]+(?:\.[0-9]+)?)"
    found = re.search(words, str(message), re.IGNORECASE)
    return min(float(found.group(1)) * 1000, 86_400_000) if found else None


# The server


class _Failure(Exception):
    """The server refused, failed, or could not be reached."""


def _answer_seconds():
    text = os.environ.get("DIRGEN_TIMEOUT", "")
    try:
        seconds = float(text) if text else _ANSWER_SECONDS
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise _Failure("DIRGEN_TIMEOUT is '%s': expected seconds" % text)
    return seconds


def _connection(url, seconds):
    if url.scheme not in ("http", "https") or not url.hostname:
        raise _Failure("DIRGEN_URL is no address such as http://127.0.0.1:8787")
    try:
        port = url.port
    except ValueError:
        raise _Failure("DIRGEN_URL has no port from 0 to 65535") from None
    if url.scheme == "https":
        return http.client.HTTPSConnection(
            url.hostname, port, timeout=min(_CONNECT_SECONDS, seconds), context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(url.hostname, port, timeout=min(_CONNECT_SECONDS, seconds))


def _call(method, path, body=None, headers=None):
    """What the server answers, as JSON. Straight to it: a proxy of the environment is for the internet."""
    address = os.environ.get("DIRGEN_URL") or "http://127.0.0.1:8787"
    url = urllib.parse.urlsplit(address)
    seconds = _answer_seconds()
    try:
        payload = None if body is None else json.dumps(body, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise _Failure("the request cannot be written as JSON: %s" % error) from error
    fields = {"accept": "application/json", **(headers or {})}
    if payload is not None:
        fields["content-type"] = "application/json"
    if os.environ.get("DIRGEN_KEY"):
        fields["authorization"] = "Bearer " + os.environ["DIRGEN_KEY"]
    place = "%s://%s" % (url.scheme, url.netloc.rpartition("@")[2])
    connection = _connection(url, seconds)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise _Failure("no server answers at %s (%s); start it with `dirgen-bench serve`" % (place, error)) from error
        connection.sock.settimeout(seconds)
        connection.request(method, url.path.rstrip("/") + path, payload, fields)
        response = connection.getresponse()
        status, data = response.status, response.read()
    except socket.timeout as error:
        raise _Failure("%s did not answer within %g s" % (place, seconds)) from error
    except ValueError:
        # Its words would show the header, and so the key.
        raise _Failure("DIRGEN_URL, DIRGEN_KEY or the task holds characters that a request may not hold") from None
    except (OSError, http.client.HTTPException) as error:
        raise _Failure("the connection to %s broke: %s" % (place, error or type(error).__name__)) from error
    finally:
        connection.close()
    return _answer(status, data, place)


def _answer(status, data, place):
    try:
        answer = json.loads(data)
    except ValueError:
        raise _Failure("%s answered %d with what is not JSON" % (place, status)) from None
    if 200 <= status < 300:
        return answer
    # A problem of the management API, or an error in OpenAI's dialect.
    answer = answer if isinstance(answer, dict) else {}
    error = answer.get("error")
    message = answer.get("detail") or (error.get("message") if isinstance(error, dict) else None)
    advice = answer.get("advice")
    raise _Failure("%s%s" % (message or "%s answered %d" % (place, status), " (%s)" % advice if advice else ""))
