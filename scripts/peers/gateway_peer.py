"""Every vendor's SDK against the gateway: its own provider, and all others across dialects."""

import json

import anthropic
import groq
import openai
from google import genai
from google.genai import errors, types

from checks import TOOL_SCHEMA, Checks, equal, positive
from servers import gateway

MODELS = [
    "openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "gemini/gemini-2.5-flash", "groq/openai/gpt-oss-20b",
    "xai/grok-4.3", "local/ai/smollm3", "auto",
]
PROMPT = "Say something about queues."
ANSWER_SCHEMA = {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False,
}


def chat(checks, base):
    """OpenAI's SDK in chat completions."""
    client = openai.OpenAI(base_url=base + "/v1", api_key="any", max_retries=0)
    messages = [{"role": "user", "content": PROMPT}]
    tool = {"type": "function", "function": {"name": "lookup", "description": "d", "parameters": TOOL_SCHEMA}}
    for model in MODELS:

        def whole(model=model):
            raw = client.chat.completions.with_raw_response.create(
                model=model, messages=messages, max_completion_tokens=2000)
            answer = raw.parse()
            assert answer.choices[0].message.content
            equal(answer.choices[0].finish_reason, "stop")
            positive(answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens)
            assert "/" in raw.headers["x-dirgen-model"]
            assert raw.headers["x-dirgen-decision"] and raw.headers["x-dirgen-cost-usd"]

        def streamed(model=model):
            text, finish, usage = "", None, None
            for chunk in client.chat.completions.create(
                model=model, messages=messages, stream=True, stream_options={"include_usage": True}):
                usage = chunk.usage or usage
                for choice in chunk.choices:
                    text += choice.delta.content or ""
                    finish = choice.finish_reason or finish
            assert text
            equal(finish, "stop")
            positive(usage.prompt_tokens, usage.completion_tokens)

        def two_turns(model=model):
            choice = {"type": "function", "function": {"name": "lookup"}}
            first = client.chat.completions.create(model=model, messages=messages, tools=[tool], tool_choice=choice)
            call = first.choices[0].message.tool_calls[0]
            equal(call.function.name, "lookup")
            json.loads(call.function.arguments)
            turns = messages + [
                first.choices[0].message.model_dump(exclude_none=True),
                {"role": "tool", "tool_call_id": call.id, "content": "Paris"},
            ]
            second = client.chat.completions.create(model=model, messages=turns, tools=[tool])
            equal(second.choices[0].finish_reason in ("stop", "tool_calls"), True)

        def structured(model=model):
            schema = {"name": "answer", "schema": ANSWER_SCHEMA, "strict": True}
            answer = client.chat.completions.create(
                model=model, messages=messages, response_format={"type": "json_schema", "json_schema": schema})
            assert answer.choices[0].message.content

        def left(model=model):
            stream = client.chat.completions.create(model=model, messages=messages, stream=True)
            next(iter(stream))
            stream.close()

        checks.check(f"chat: {model}: text, usage and facts", whole)
        checks.check(f"chat: {model}: a stream", streamed)
        checks.check(f"chat: {model}: a tool over two turns", two_turns)
        checks.check(f"chat: {model}: a schema", structured)
        checks.check(f"chat: {model}: a caller who leaves", left)
    checks.raises(
        "chat: an unknown model", openai.NotFoundError,
        lambda: client.chat.completions.create(model="nobody/none", messages=messages), 404)
    checks.raises(
        "chat: 400", openai.BadRequestError,
        lambda: client.chat.completions.create(model=MODELS[0], messages=messages, temperature=9), 400)
    checks.raises(
        "chat: what another dialect cannot say is refused by name", openai.BadRequestError,
        lambda: client.chat.completions.create(model=MODELS[1], messages=messages, n=2), 400)
    checks.raises(
        "chat: 429 of the provider", openai.RateLimitError,
        lambda: client.chat.completions.create(
            model="local/ai/smollm3", messages=[{"role": "user", "content": "please-429"}],
            extra_headers={"x-dirgen-fallback": "off", "x-dirgen-deadline-ms": "1500"}), 429)
    checks.check("chat: the list of models", lambda: positive(len(client.models.list().data)))


def responses(checks, base):
    client = openai.OpenAI(base_url=base + "/v1", api_key="any", max_retries=0)
    for model in MODELS:

        def whole(model=model):
            answer = client.responses.create(model=model, input=PROMPT)
            assert answer.output_text
            equal(answer.status, "completed")
            positive(answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.total_tokens)

        def streamed(model=model):
            with client.responses.stream(model=model, input=PROMPT) as events:
                for _ in events:
                    pass
                assert events.get_final_response().output_text

        checks.check(f"responses: {model}: text and usage", whole)
        checks.check(f"responses: {model}: a stream", streamed)


def messages(checks, base):
    client = anthropic.Anthropic(base_url=base, api_key="any", max_retries=0)
    prompt = [{"role": "user", "content": PROMPT}]
    tool = {"name": "lookup", "description": "d", "input_schema": TOOL_SCHEMA}
    for model in MODELS:

        def whole(model=model):
            answer = client.messages.create(model=model, max_tokens=900, messages=prompt, system="Be brief.")
            assert any(block.type == "text" and block.text for block in answer.content)
            equal(answer.stop_reason, "end_turn")
            positive(answer.usage.input_tokens, answer.usage.output_tokens)

        def streamed(model=model):
            with client.messages.stream(model=model, max_tokens=900, messages=prompt) as stream:
                text = "".join(stream.text_stream)
                final = stream.get_final_message()
            assert text
            positive(final.usage.output_tokens)

        def two_turns(model=model):
            first = client.messages.create(
                model=model, max_tokens=900, messages=prompt, tools=[tool],
                tool_choice={"type": "tool", "name": "lookup"})
            call = next(block for block in first.content if block.type == "tool_use")
            equal(call.name, "lookup")
            turns = prompt + [
                {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in first.content]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "Paris"}]},
            ]
            assert client.messages.create(model=model, max_tokens=900, messages=turns, tools=[tool]).content

        checks.check(f"messages: {model}: text and usage", whole)
        checks.check(f"messages: {model}: a stream", streamed)
        checks.check(f"messages: {model}: a tool over two turns", two_turns)
    checks.raises(
        "messages: an unknown model", anthropic.NotFoundError,
        lambda: client.messages.create(model="nobody/none", max_tokens=9, messages=prompt), 404)
    checks.check(
        "messages: token counts",
        lambda: positive(client.messages.count_tokens(model="claude-haiku-5-5", messages=prompt).input_tokens))
    checks.check("messages: models, page by page", lambda: positive(len(list(client.models.list(limit=5)))))


def gemini(checks, base):
    client = genai.Client(api_key="any", http_options=types.HttpOptions(base_url=base))
    for model in MODELS:

        def whole(model=model):
            answer = client.models.generate_content(model=model, contents=PROMPT)
            assert answer.text
            equal(answer.candidates[0].finish_reason, types.FinishReason.STOP)
            positive(answer.usage_metadata.prompt_token_count, answer.usage_metadata.candidates_token_count)

        def streamed(model=model):
            chunks = list(client.models.generate_content_stream(model=model, contents=PROMPT))
            assert "".join(chunk.text or "" for chunk in chunks)
            equal(chunks[-1].candidates[0].finish_reason, types.FinishReason.STOP)

        def tools(model=model):
            declaration = types.FunctionDeclaration(
                name="lookup", description="d", parameters_json_schema=TOOL_SCHEMA)
            calling = types.FunctionCallingConfig(mode="ANY", allowed_function_names=["lookup"])
            config = types.GenerateContentConfig(
                tools=[types.Tool(function_declarations=[declaration])],
                tool_config=types.ToolConfig(function_calling_config=calling))
            answer = client.models.generate_content(model=model, contents=PROMPT, config=config)
            equal(answer.function_calls[0].name, "lookup")

        checks.check(f"gemini: {model}: text and usage", whole)
        checks.check(f"gemini: {model}: a stream", streamed)
        checks.check(f"gemini: {model}: a tool", tools)
    checks.raises(
        "gemini: an unknown model", errors.ClientError,
        lambda: client.models.generate_content(model="nobody/none", contents=PROMPT), 404)
    checks.check(
        "gemini: token counts",
        lambda: positive(client.models.count_tokens(model="gemini-2.5-flash", contents=PROMPT).total_tokens))
    checks.check("gemini: models, page by page", lambda: positive(len(list(client.models.list(config={"page_size": 5})))))


def groq_sdk(checks, base):
    client = groq.Groq(base_url=base, api_key="any", max_retries=0)
    for model in ["openai/gpt-oss-20b", "anthropic/claude-haiku-5-5"]:

        def whole(model=model):
            answer = client.chat.completions.create(model=model, messages=[{"role": "user", "content": PROMPT}])
            assert answer.choices[0].message.content
            positive(answer.usage.prompt_tokens, answer.usage.completion_tokens)

        checks.check(f"groq: {model}: text and usage", whole)
    checks.check("groq: the list of models", lambda: positive(len(client.models.list().data)))


def run(origin, binary):
    checks = Checks("gateway")
    with gateway(origin, binary) as base:
        for peer in (chat, responses, messages, gemini, groq_sdk):
            peer(checks, base)
    return [checks]
