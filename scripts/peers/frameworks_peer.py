"""The libraries that programs put over the vendors' SDKs, each against the gateway: its own provider, and the others across dialects."""

import json
import os
import time
import urllib.request

from checks import TOOL_SCHEMA, Checks, equal, positive

MODELS = [
    "openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "gemini/gemini-2.5-flash", "groq/openai/gpt-oss-20b",
    "xai/grok-4.3", "local/ai/smollm3", "auto",
]
PROMPT = "Say something about queues."
UNKNOWN = "nobody/none"


class Ledger:
    """What the simulator says of the requests it had."""

    def __init__(self, origin):
        self.origin = origin

    def left(self):
        with urllib.request.urlopen(self.origin + "/_sim/ledger", timeout=10) as answer:
            return sum(entry["outcome"] == "client_left" for entry in json.load(answer)["entries"])

    def stops(self, leave):
        """A caller that leaves a stream which would last minutes stops it at the provider."""
        before = self.left()
        leave()
        end = time.monotonic() + 5
        while self.left() == before:
            assert time.monotonic() < end, "the provider still answers a caller who left"
            time.sleep(0.05)


def first_and_gone(stream):
    """Reads one piece, and leaves."""
    iterator = iter(stream)
    next(iterator)
    for end in (iterator, stream):
        if hasattr(end, "close"):
            end.close()


# MARK: LangChain


def langchain(checks, name, make, ledger):
    from langchain_core.messages import HumanMessage, ToolMessage
    from pydantic import BaseModel

    class City(BaseModel):
        """A city."""

        city: str

    def usage(message):
        positive(message.usage_metadata["input_tokens"], message.usage_metadata["output_tokens"])

    def text(message):
        return message.text if isinstance(message.text, str) else message.text()

    for model in MODELS:
        chat = make(model)

        def whole(chat=chat):
            answer = chat.invoke(PROMPT)
            assert text(answer)
            usage(answer)

        def streamed(chat=chat):
            total = None
            for chunk in chat.stream(PROMPT):
                total = chunk if total is None else total + chunk
            assert text(total)
            usage(total)

        def two_turns(chat=chat):
            tool = {"name": "lookup", "description": "d", "parameters": TOOL_SCHEMA}
            turns = [HumanMessage(PROMPT)]
            first = chat.bind_tools([tool], tool_choice="lookup").invoke(turns)
            call = first.tool_calls[0]
            equal((call["name"], list(call["args"])), ("lookup", ["city"]))
            turns += [first, ToolMessage("Paris", tool_call_id=call["id"])]
            assert text(chat.bind_tools([tool]).invoke(turns))

        def structured(chat=chat, method="json_schema"):
            answer = chat.with_structured_output(City, method=method).invoke(PROMPT)
            assert isinstance(answer, City) and answer.city, answer

        checks.check(f"{name}: {model}: text and usage", whole)
        checks.check(f"{name}: {model}: a stream with usage", streamed)
        checks.check(f"{name}: {model}: a tool over two turns", two_turns)
        checks.check(f"{name}: {model}: structured output", structured)
        by_tool = lambda structured=structured: structured(method="function_calling")  # noqa: E731
        if name.startswith("langchain-openai") and model.startswith("gemini/"):
            # It asks for one call at a time, which Gemini has no word for: refused by name, not dropped.
            checks.raises(f"{name}: {model}: structured output by a tool", Exception, by_tool, 400)
        else:
            checks.check(f"{name}: {model}: structured output by a tool", by_tool)
    unknown = 400 if name.endswith("responses") else 404
    checks.raises(f"{name}: an unknown model", Exception, lambda: make(UNKNOWN).invoke(PROMPT), unknown)
    slow = make("openai/gpt-6-luna")
    checks.check(f"{name}: a caller who leaves", lambda: ledger.stops(lambda: first_and_gone(slow.stream("please-stall"))))


def langchain_openai(checks, base, ledger):
    from langchain_openai import ChatOpenAI

    for api in (False, True):
        name = "langchain-openai, " + ("responses" if api else "chat")
        langchain(
            checks, name,
            lambda model, api=api: ChatOpenAI(
                model=model, base_url=base + "/v1", api_key="any", max_retries=0, stream_usage=True, use_responses_api=api),
            ledger)


def langchain_anthropic(checks, base, ledger):
    from langchain_anthropic import ChatAnthropic

    langchain(
        checks, "langchain-anthropic",
        lambda model: ChatAnthropic(model=model, base_url=base, api_key="any", max_retries=0, max_tokens=900), ledger)


# MARK: LiteLLM as a client


def litellm_client(checks, base, ledger):
    import litellm

    litellm.suppress_debug_info = True
    # The prefix decides the protocol; what is behind it is the model's name at the gateway.
    protocols = {
        "openai": {"api_base": base + "/v1"}, "anthropic": {"api_base": base}, "gemini": {"api_base": base + "/v1beta"},
    }
    tool = {"type": "function", "function": {"name": "lookup", "description": "d", "parameters": TOOL_SCHEMA}}
    messages = [{"role": "user", "content": PROMPT}]

    def ask(protocol, model, turns=messages, **more):
        name = model if protocol != "openai" else "openai/" + model
        name = name if name.startswith(protocol + "/") and protocol == "openai" else f"{protocol}/{model}"
        return litellm.completion(
            model=name, messages=turns, api_key="any", num_retries=0, max_tokens=900, **protocols[protocol], **more)

    for protocol in protocols:
        for model in MODELS:

            def whole(protocol=protocol, model=model):
                answer = ask(protocol, model)
                assert answer.choices[0].message.content
                positive(answer.usage.prompt_tokens, answer.usage.completion_tokens)

            def streamed(protocol=protocol, model=model):
                text, usage = "", None
                for chunk in ask(protocol, model, stream=True, stream_options={"include_usage": True}):
                    text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
                    usage = getattr(chunk, "usage", None) or usage
                assert text
                positive(usage.prompt_tokens, usage.completion_tokens)

            def two_turns(protocol=protocol, model=model):
                choice = {"type": "function", "function": {"name": "lookup"}}
                first = ask(protocol, model, tools=[tool], tool_choice=choice).choices[0].message
                call = first.tool_calls[0]
                equal(call.function.name, "lookup")
                json.loads(call.function.arguments)
                turns = messages + [first.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": call.id, "content": "Paris"}]
                assert ask(protocol, model, turns, tools=[tool]).choices[0].message.content

            def structured(protocol=protocol, model=model):
                schema = {"name": "answer", "schema": {**TOOL_SCHEMA, "additionalProperties": False}, "strict": True}
                answer = ask(protocol, model, response_format={"type": "json_schema", "json_schema": schema})
                assert json.loads(answer.choices[0].message.content)["city"]

            checks.check(f"litellm, {protocol}: {model}: text and usage", whole)
            checks.check(f"litellm, {protocol}: {model}: a stream with usage", streamed)
            checks.check(f"litellm, {protocol}: {model}: a tool over two turns", two_turns)
            if protocol == "gemini" and not model.startswith(("gemini/", "anthropic/", "auto")):
                # Of models it does not know as Gemini's it puts the schema into the prompt and asks for any JSON.
                checks.raises(f"litellm, gemini: {model}: JSON without a schema is refused by name", litellm.BadRequestError, structured, 400)
            elif (protocol, model) != ("gemini", "auto"):
                checks.check(f"litellm, {protocol}: {model}: structured output", structured)
        checks.raises(
            f"litellm, {protocol}: an unknown model", litellm.NotFoundError, lambda protocol=protocol: ask(protocol, UNKNOWN), 404)


# MARK: PydanticAI


def pydantic_ai(checks, base, ledger):
    from pydantic import BaseModel
    from pydantic_ai import Agent, ModelHTTPError, NativeOutput, ToolOutput
    from pydantic_ai.messages import ModelRequest, ModelResponse, ToolCallPart, ToolReturnPart, UserPromptPart
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
    from pydantic_ai.providers.anthropic import AnthropicProvider
    from pydantic_ai.providers.google import GoogleProvider
    from pydantic_ai.providers.openai import OpenAIProvider

    class City(BaseModel):
        city: str

    vendor = OpenAIProvider(base_url=base + "/v1", api_key="any")
    makers = {
        "chat": lambda model: OpenAIChatModel(model, provider=vendor),
        "responses": lambda model: OpenAIResponsesModel(model, provider=vendor),
        "messages": lambda model: AnthropicModel(model, provider=AnthropicProvider(base_url=base, api_key="any")),
        "gemini": lambda model: GoogleModel(model, provider=GoogleProvider(base_url=base, api_key="any")),
    }

    def turns():
        """A tool's call and its result, as an agent's history has them."""
        return [
            ModelRequest(parts=[UserPromptPart(PROMPT)]),
            ModelResponse(parts=[ToolCallPart("lookup", {"city": "x"}, tool_call_id="call_1")]),
            ModelRequest(parts=[ToolReturnPart("lookup", "Paris", tool_call_id="call_1")]),
        ]

    def lookup(city: str) -> str:
        """Finds a city."""
        return "Paris"

    for api, make in makers.items():
        for model in MODELS:

            def whole(make=make, model=model):
                result = Agent(make(model)).run_sync(PROMPT)
                assert result.output
                usage = result.usage() if callable(result.usage) else result.usage
                positive(usage.input_tokens, usage.output_tokens)

            def streamed(make=make, model=model):
                result = Agent(make(model)).run_stream_sync(PROMPT)
                assert "".join(result.stream_text(delta=True))

            def second_turn(make=make, model=model):
                assert Agent(make(model), tools=[lookup]).run_sync(None, message_history=turns()).output

            def structured(make=make, model=model, api=api):
                for kind in (ToolOutput,) if api == "messages" else (NativeOutput, ToolOutput):
                    result = Agent(make(model), output_type=kind(City)).run_sync(PROMPT)
                    assert isinstance(result.output, City) and result.output.city

            checks.check(f"pydantic-ai, {api}: {model}: text and usage", whole)
            checks.check(f"pydantic-ai, {api}: {model}: a stream", streamed)
            checks.check(f"pydantic-ai, {api}: {model}: a tool's result", second_turn)
            checks.check(f"pydantic-ai, {api}: {model}: structured output", structured)
        status = 400 if api == "responses" else 404
        checks.raises(
            f"pydantic-ai, {api}: an unknown model", ModelHTTPError,
            lambda make=make: Agent(make(UNKNOWN)).run_sync(PROMPT), status)


# MARK: llm and instructor


def simon_llm(checks, base, folder):
    """`llm` finds its models in a file of its own."""
    with open(os.path.join(folder, "extra-openai-models.yaml"), "w") as file:
        for model in [*MODELS, UNKNOWN]:
            options = {"model_id": "via/" + model, "model_name": model, "api_base": base + "/v1", "supports_schema": True, "supports_tools": True}
            file.write("- " + json.dumps(options) + "\n")
    import llm

    for model in MODELS:
        known = llm.get_model("via/" + model)
        known.key = "any"

        def whole(known=known):
            answer = known.prompt(PROMPT, stream=False)
            assert answer.text()
            positive(answer.usage().input, answer.usage().output)

        def streamed(known=known):
            answer = known.prompt(PROMPT, stream=True)
            assert "".join(answer)
            positive(answer.usage().input, answer.usage().output)

        def structured(known=known):
            assert json.loads(known.prompt(PROMPT, schema=TOOL_SCHEMA, stream=False).text())["city"]

        def conversation(known=known):
            talk = known.conversation()
            assert talk.prompt(PROMPT, stream=False).text() and talk.prompt("More.", stream=False).text()

        checks.check(f"llm: {model}: text and usage", whole)
        checks.check(f"llm: {model}: a stream with usage", streamed)
        checks.check(f"llm: {model}: a schema", structured)
        checks.check(f"llm: {model}: two turns", conversation)
    nobody = llm.get_model("via/" + UNKNOWN)
    nobody.key = "any"
    checks.raises("llm: an unknown model", Exception, lambda: nobody.prompt(PROMPT, stream=False).text(), 404)


def instructor_client(checks, base):
    import anthropic
    import instructor
    import openai
    from pydantic import BaseModel

    class City(BaseModel):
        city: str

    vendor = openai.OpenAI(base_url=base + "/v1", api_key="any", max_retries=0)
    clients = {
        "tools": instructor.from_openai(vendor, mode=instructor.Mode.TOOLS),
        "json schema": instructor.from_openai(vendor, mode=instructor.Mode.JSON_SCHEMA),
        "messages": instructor.from_anthropic(anthropic.Anthropic(base_url=base, api_key="any", max_retries=0)),
    }
    for name, client in clients.items():
        for model in MODELS:

            def structured(client=client, model=model):
                answer = client.chat.completions.create(
                    model=model, max_tokens=900, messages=[{"role": "user", "content": PROMPT}], response_model=City, max_retries=0)
                assert answer.city

            checks.check(f"instructor, {name}: {model}: a typed answer", structured)


def run(origin, base, folder):
    checks = Checks("frameworks")
    ledger = Ledger(origin)
    langchain_openai(checks, base, ledger)
    langchain_anthropic(checks, base, ledger)
    litellm_client(checks, base, ledger)
    pydantic_ai(checks, base, ledger)
    simon_llm(checks, base, folder)
    instructor_client(checks, base)
    return checks
