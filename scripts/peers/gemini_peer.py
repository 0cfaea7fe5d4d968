"""Google's SDK against /gemini."""

from google import genai
from google.genai import errors, types

from checks import TOOL_SCHEMA, Checks, equal, positive

MODEL = "gemini-2.5-flash"
PROMPT = "Say something about queues."


def run(origin):
    checks = Checks("google-genai")

    def make(key):
        return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=origin + "/gemini"))

    client = make("any-key")

    def ask(key_client=client, model=MODEL, **config):
        return key_client.models.generate_content(
            model=model, contents=PROMPT, config=types.GenerateContentConfig(**config))

    def sums(usage):
        positive(usage.prompt_token_count, usage.candidates_token_count, usage.thoughts_token_count)
        equal(
            usage.total_token_count,
            usage.prompt_token_count + usage.candidates_token_count + usage.thoughts_token_count)

    def whole():
        answer = ask(system_instruction="Be brief.")
        assert answer.text
        equal(answer.candidates[0].finish_reason, types.FinishReason.STOP)
        equal(answer.model_version, MODEL)
        sums(answer.usage_metadata)

    def streamed(key_client=client):
        text, last = "", None
        for chunk in key_client.models.generate_content_stream(model=MODEL, contents=PROMPT):
            text += chunk.text or ""
            last = chunk
        assert text
        equal(last.candidates[0].finish_reason, types.FinishReason.STOP)
        sums(last.usage_metadata)

    def thoughts():
        answer = ask(thinking_config=types.ThinkingConfig(include_thoughts=True))
        assert any(part.thought for part in answer.candidates[0].content.parts)
        assert answer.text

    def tools():
        declaration = types.FunctionDeclaration(
            name="lookup", description="Finds a city.", parameters_json_schema=TOOL_SCHEMA)
        calling = types.FunctionCallingConfig(mode="ANY", allowed_function_names=["lookup"])
        answer = ask(
            tools=[types.Tool(function_declarations=[declaration])],
            tool_config=types.ToolConfig(function_calling_config=calling))
        equal(answer.function_calls[0].name, "lookup")
        assert "city" in answer.function_calls[0].args

    def limited():
        answer = ask(max_output_tokens=3)
        equal(answer.candidates[0].finish_reason, types.FinishReason.MAX_TOKENS)

    checks.check("text and usage", whole)
    checks.check("a stream with usage", streamed)
    checks.check("thoughts", thoughts)
    checks.check("a tool call", tools)
    checks.check("an output limit", limited)
    checks.check("token counts", lambda: positive(client.models.count_tokens(model=MODEL, contents=PROMPT).total_tokens))
    checks.check("models, page by page", lambda: equal(len(list(client.models.list(config={"page_size": 1}))), 2))
    checks.raises("400", errors.ClientError, lambda: ask(temperature=9), 400)
    checks.raises("a wrong key is 400", errors.ClientError, lambda: ask(make("wrong-key")), 400)
    checks.raises("an unknown model", errors.ClientError, lambda: ask(model="no-such-model"), 404)
    checks.raises("429", errors.ClientError, lambda: ask(make("key-429")), 429)
    checks.raises("500", errors.ServerError, lambda: ask(make("key-500")), 500)
    checks.raises("an error inside a stream", errors.APIError, lambda: streamed(make("key-in-band")))
    checks.raises("a connection that breaks", Exception, lambda: streamed(make("key-cut")))
    return [checks]
