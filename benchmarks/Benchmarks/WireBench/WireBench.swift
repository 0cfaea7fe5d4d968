import Benchmark
import LLMCore
import LLMWire

/// One whole answer as OpenAI streams it: the opening event, `chunks` pieces of text, the end, the usage.
private func stream(chunks: Int) -> [UInt8] {
    func event(_ choices: String, usage: String = "null") -> String {
        """
        data: {"id":"chatcmpl-CkT7","object":"chat.completion.chunk","created":1795374785,"model":"gpt-5-mini-2025-08-07",\
        "service_tier":"default","system_fingerprint":"fp_cbf1785567","choices":\(choices),"usage":\(usage)}\n\n
        """
    }
    func delta(_ members: String, finish: String = "null") -> String {
        event(#"[{"index":0,"delta":{\#(members)},"logprobs":null,"finish_reason":\#(finish)}]"#)
    }
    var text = delta(#""role":"assistant","content":"","refusal":null"#)
    for index in 0..<chunks { text += delta(#""content":" word\#(index % 100)\n""#) }
    text += delta("", finish: #""stop""#)
    text += event(
        "[]", usage: #"{"prompt_tokens":412,"completion_tokens":\#(chunks),"total_tokens":\#(412 + chunks)}"#)
    return Array((text + "data: [DONE]\n\n").utf8)
}

/// Decodes the answer in reads of 4 KiB, as a socket delivers them; returns the characters of text.
private func decode(_ bytes: [UInt8]) -> Int {
    var decoder = ResponseDecoder(dialect: .openai, quirks: .openai, streaming: true, status: 200, headers: [])
    var events: [ChatEvent] = []
    var start = 0
    while start < bytes.count {
        let end = min(start + 4_096, bytes.count)
        _ = bytes[start..<end].withUnsafeBytes { decoder.feed($0, into: &events) }
        events.removeAll(keepingCapacity: true)
        start = end
    }
    return decoder.finish(into: &events).answerCharacters
}

private let request = ChatRequest(
    messages: [
        .system("You are a software architect. Be brief."),
        .user(String(repeating: "Design an event-driven order pipeline. ", count: 20)),
    ],
    parameters: GenerationParameters(temperature: 0.2, maxOutputTokens: 800))

private let metrics: [BenchmarkMetric] = [.wallClock, .cpuTotal, .throughput]

let benchmarks: @Sendable () -> Void = {
    let chunks = 1_000
    let answer = stream(chunks: chunks)
    // An iteration is a stream of 1 000 chunks: so many thousand chunks a second are decoded as iterations are counted.
    Benchmark(
        "decode a stream of 1000 OpenAI chunks (target 3.3 ms)",
        configuration: .init(metrics: metrics, maxDuration: .seconds(3))
    ) { benchmark in
        for _ in benchmark.scaledIterations {
            let characters = decode(answer)
            precondition(characters > chunks, "the stream was not understood")
            blackHole(characters)
        }
    }
    for dialect in WireDialect.allCases {
        Benchmark(
            "encode a request, \(dialect.rawValue)",
            configuration: .init(metrics: metrics, scalingFactor: .kilo, maxDuration: .seconds(1))
        ) { benchmark in
            for _ in benchmark.scaledIterations {
                blackHole(
                    try RequestEncoder.encode(
                        request, model: "gpt-5-mini", dialect: dialect, quirks: .generic))
            }
        }
    }
}
