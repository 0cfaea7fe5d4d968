import LLMCore
import Testing

@testable import LLMWire

@Suite("A prompt that does not fit", .timeLimit(.minutes(2)))
struct ContextOverflowTests {
    /// Sentences that no server is known to use: what is counted, how it is said to be too much, what it is held against.
    static let sentences: [String] = {
        let prompts = [
            "the prompt", "your input", "the conversation", "the message history", "the given inputs", "this prompt",
        ]
        let excesses = [
            "of 41,250 tokens is larger than the 32,768 that the model's context window takes",
            "does not fit into a context of 8192 tokens: context length exceeded",
            "has 9000 tokens, and this model accepts at most 8192",
            "overflows the context window", "is too long: 12001 tokens where 8000 are the maximum",
            "exceeded the max sequence length (5000 > 4096)", "must have fewer than 4096 tokens, found 5001",
            "is longer than the context size", "has 9000 tokens, but the configured context size is 4096",
        ]
        return prompts.flatMap { prompt in excesses.map { "\(prompt) \($0)".capitalizedFirst } }
    }()

    @Test(
        "is recognised by what the words mean, whatever the status and the form of the body",
        arguments: [400, 413, 422, 500, 503], ErrorShape.allCases)
    func generated(status: Int, shape: ErrorShape) {
        // A quarter each: every sentence meets every form.
        for (index, sentence) in Self.sentences.enumerated() where index % 4 == status % 4 {
            let verdict = shape.classify(sentence, status: status)
            #expect(verdict.outcome == .contextOverflow, "\(sentence)")
            #expect(verdict.words.message.contains(sentence.prefix(60)))
        }
    }

    /// As seen in public reports: llama.cpp #15780, lmstudio-bug-tracker #546, vLLM #12165 #19464 #33418, xinference #3785, opencode
    /// #27519 #44888, pydantic-ai #4221, claude-code #42, gpt4all #664.
    static let known = [
        (
            500,
            "the request exceeds the available context size. try increasing the context size or enable context shift"
        ),
        (
            400,
            "Trying to keep the first 111490 tokens when context the overflows. However, the model is loaded with context length of only 32768 tokens, which is not enough. Try to load the model with a larger context length, or provide a shorter input."
        ),
        (
            400,
            "The prompt (total length 25938) is too long to fit into the model (context length 4096). Make sure that `max_model_len` is no smaller than the number of text tokens plus multimodal tokens."
        ),
        (400, "The decoder prompt (length 10127) is longer than the maximum model length of 8192."),
        (
            400,
            "This model's maximum context length is 2048 tokens. However, your request has 8 input tokens plus 2045 'max_tokens'. Please reduce one or the other."
        ),
        (400, "tokens in request more than max tokens allowed"),
        (
            400,
            "ContextWindowExceededError: litellm.BadRequestError: Context Window exceeded for given call. No models have context window large enough for this call."
        ),
        (
            400,
            "too many tokens: size limit exceeded by 19296 tokens. Try using shorter or fewer inputs. The limit for this model is 132000 tokens."
        ),
        (
            400,
            "input length and `max_tokens` exceed context limit: 187254 + 20000 > 204798, decrease input length or `max_tokens` and try again"
        ),
        (500, "ERROR: The prompt size exceeds the context window size and cannot be processed."),
        (400, "Your request exceeded model token limit: 262144 (requested: 291351)"),
        (413, "Request body too large for gpt-4o model. Max size: 8000 tokens."),
        (
            422,
            "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 512 `max_new_tokens`"
        ),
        (400, "The input (18036 tokens) is longer than the model's context length (16384 tokens)."),
        (400, "Input is too long for requested model."), (400, "Prompt exceeds max length"),
        (400, "Prompt contains 65673 tokens and 0 draft tokens, too large for model with 40960 maximum context length"),
        (400, "Range of input length should be [1, 98304]"),
        (400, "prompt token count of 128123 exceeds the limit of 128000"),
        (400, "Total tokens of image and text exceed max message tokens. Request id: 0217"),
        (400, "max_tokens must be at least 1, got -1834."), (500, "failed to find free space in the KV cache"),
        (400, "The maximum number of input tokens per request is 200000, your request has 210345."),
        (400, "Prompt 超长"), (400, "输入内容的token数超过了模型的最大上下文长度限制"), (400, "入力トークン数がモデルの最大コンテキスト長を超えています"),
        (400, "the max input characters is 5120"), (400, "max tokens of 131072 exceeded"),
        (400, "Input length exceeds the limit of gpt-4"), (400, "The prompt exceeds the maximum of 8K tokens"),
        (
            400,
            "Invalid 'messages[1].content': string too long. Expected a string with maximum length 1048576, but got a string with length 2000000 instead."
        ),
    ]

    @Test("is not what is held against a small number", arguments: [4, 5, 40, 64, 128])
    func small(bound: Int) {
        for text in [
            "Invalid 'messages[2].tool_call_id': length must be less than \(bound), got 152 in messages",
            "Too many stop sequences in prompt: the length of stop must not exceed \(bound)",
            "n must be less than \(bound); got 200 for input messages length",
            "This model does not support logprobs for more than \(bound) tokens in the prompt",
        ] {
            for shape in [ErrorShape.openai, .detail, .plain] {
                #expect(shape.classify(text, status: 400).outcome == .badRequest, "\(text)")
            }
        }
    }

    @Test("as servers of today word it", arguments: known)
    func wordings(status: Int, message: String) {
        #expect(ErrorShape.openai.classify(message, status: status).outcome == .contextOverflow)
        #expect(ErrorShape.plain.classify(message, status: status).outcome == .contextOverflow)
    }

    @Test(
        "is recognised by its code alone",
        arguments: [
            "context_length_exceeded", "ContextWindowExceeded", "model_max_prompt_tokens_exceeded", "prompt_too_long",
            "context-size-exceeded", "max_tokens_exceeded", "CONTEXT_OVERFLOW", "tokens_limit_reached",
            "input_too_long",
        ])
    func codes(code: String) {
        let body = #"{"error":{"message":"no","type":"invalid_request_error","code":"\#(code)"}}"#
        #expect(Samples.classify(400, body).outcome == .contextOverflow)
    }

    /// Each speaks of tokens, lengths or limits, and none of a prompt that does not fit.
    static let innocent: [(Int, String, AttemptClass)] = [
        (
            429, "You sent too many input tokens: the limit is 30,000 tokens per minute, reduce the prompt length",
            .rateLimited
        ),
        (
            429,
            "This request would exceed the rate limit of 40,000 input tokens per minute. Please reduce the prompt length.",
            .rateLimited
        ),
        (429, "Too many tokens, please wait before trying again.", .rateLimited),
        (429, "Daily token limit exceeded: 512000 of 500000 tokens", .rateLimited),
        (429, "TPM exceeded by this prompt: 9000 tokens of 6000", .rateLimited),
        (400, "max_tokens is too large: 32768. This model supports at most 16384 completion tokens", .badRequest),
        (400, "max_tokens: 250000 > 128000, which is the maximum allowed number of output tokens for m", .badRequest),
        (400, "Invalid 'max_output_tokens': Expected a value <= 16384, but got 20000 instead.", .badRequest),
        (
            400, "it has a maxOutputTokens value of 100000 but the supported range is from 1 (inclusive) to 8193",
            .badRequest
        ),
        (400, "`max_tokens` must be greater than `thinking.budget_tokens`", .badRequest),
        (400, "max tokens must be less than or equal to 4096", .badRequest),
        (400, "The maximum tokens you requested exceeds the model limit of 10000. Try a lower value.", .badRequest),
        (413, "Request payload size exceeds the limit: 20971520 bytes.", .payloadTooLarge),
        (413, "the messages are larger than 32 MB: the payload exceeds the maximum", .payloadTooLarge),
        (400, "messages.1.content.0: image exceeds 5 MB maximum: 6291456 bytes > 5242880 bytes", .badRequest),
        (400, "Invalid 'messages[0].name': string too long. Expected at most 64, but got 200 instead.", .badRequest),
        (400, "Invalid 'messages': array too long. Expected an array with maximum length 2048", .badRequest),
        (400, "top_p: Input should be less than or equal to 1", .badRequest),
        (400, "'stop' may hold 4 strings at most", .badRequest),
        (402, "You asked for up to 64000 tokens, but your credits can pay only 2666", .quotaExhausted),
    ]

    @Test("is not what a rate, a parameter, a payload or a purse is about", arguments: innocent)
    func others(status: Int, message: String, outcome: AttemptClass) {
        for shape in [ErrorShape.openai, .anthropic, .detail, .plain] {
            #expect(shape.classify(message, status: status).outcome == outcome, "\(shape)")
        }
    }

    @Test(
        "tells how much was asked and how much fits, where it does",
        arguments: [
            ("prompt is too long: 3333404 tokens > 200000 maximum", 3_333_404, 200_000),
            ("maximum context length is 16384 tokens. However, you requested 122946 tokens", 122_946, 16_384),
            ("187254 + 20000 > 204798: input length and max_tokens exceed the context limit", 187_254, 204_798),
            ("the input token count is 1,048,577 but the model only supports up to 1,048,576", 1_048_577, 1_048_576),
            ("too many tokens in the prompt: exceeded by 19296. The limit is 132000 tokens", nil, 132_000),
            ("the context window is exceeded", nil, nil),
        ] as [(String, Int?, Int?)])
    func counts(message: String, prompt: Int?, limit: Int?) {
        let words = ErrorShape.openai.classify(message, status: 400).words
        #expect(words.promptTokens == prompt && words.contextLimit == limit)
    }

    @Test("llama.cpp tells both in fields of its own")
    func fields() {
        let body =
            #"{"error":{"code":500,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":14429,"n_ctx":8192}}"#
        let words = Samples.classify(500, body).words
        #expect(words.promptTokens == 14_429 && words.contextLimit == 8_192)
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
