package import LLMCore

/// The export of whole runs as lines of JSON.
public protocol RunExporter: Sendable {
    /// Exports a run: the run with the definitions of all numbers (`"type": "run"`), its arms, its cases, its trials
    /// with call, attempts and verdicts, and calls that never ended (`"open_call"`). A page at a time, in bounded
    /// memory.
    ///
    /// - Throws: ``LLMCore/StoreError`` `unknown_run`.
    func export(_ run: RunID) -> AsyncThrowingStream<[String], any Error>
}

extension RunExporter {
    /// Writes the lines into a new file, which appears whole or not at all and only its owner may read.
    public func export(_ run: RunID, to path: String) async throws {
        let file = try NewFile.create(at: path)
        for try await lines in export(run) {
            for line in lines { try file.write(line + "\n") }
        }
        try file.commit()
    }
}

/// The definitions of the numbers of an export, by the name they have there: the same whichever store wrote it.
package enum ExportDefinitions {
    package static let json: JSONValue = .object(
        JSONObject((trial + attempt).map { JSONObject.Member(key: $0.0, value: .string($0.1)) }))

    static let trial: [(String, String)] = [
        ("queue_ms", "t_acq - t_sched: waiting for our own limits, never blamed on the provider"),
        ("ttfb_ms", "t_hdr - t_send: to the response head of the final attempt"),
        ("ttft_ms", "t_first_tok - t_send: to the first non-empty token, be it reasoning, answer or tool call"),
        ("ttfa_ms", "t_first_ans - t_send: to the first token of the answer"),
        ("e2e_ms", "t_end - t_send of the final attempt"),
        (
            "resp_ms",
            "t_end - t_sched: what the caller waited, queue, attempts, waits between them and a late usage included"
        ),
        ("work_ms", "sum over attempts of t_end - t_send"),
        ("retry_wait_ms", "resp_ms - queue_ms - work_ms"),
        ("connect_ms", "to open the connection; null unless the attempt opened one"),
        ("decode_ms", "t_last_tok - t_first_tok"),
        (
            "tpot_ms",
            "decode_ms / (streamed_tokens - c1), c1 the tokens that came with the first, at least 1; null below 5 ms of decoding"
        ),
        ("max_gap_ms", "longest silence between two non-empty events"),
        ("p95_gap_ms", "95th percentile of those silences"),
        ("n_gaps", "their number"),
        ("decode_tps", "1000 / tpot_ms: output speed"),
        ("e2e_tps", "output_tokens / e2e in seconds: effective speed, waiting and thinking included"),
        ("chars_per_s", "answer_chars / (t_last_tok - t_first_ans): speed free of any tokenizer; null below 5 ms"),
        ("prompt_tokens", "every token read, cached or not"),
        ("cache_read_tokens", "part of prompt_tokens read from a cache"),
        ("cache_write_tokens", "part of prompt_tokens written to a cache"),
        ("output_tokens", "every token written, reasoning included"),
        ("reasoning_tokens", "part of output_tokens that was reasoning"),
        (
            "usage_source",
            "who counted the tokens: reported (the provider), counted (a local engine's tokenizer, after the answer) or estimated (pieces of the stream, no speed is made of them); null when unknown"
        ),
        ("streamed_tokens", "output_tokens without reasoning that was not shown"),
        ("answer_chars", "Unicode scalars of the answer"),
        ("attempts", "attempts made"),
        ("cost_usd", "what all attempts cost, billed where the provider says so, else computed; null when unknown"),
        ("billed_usd", "what the provider says it billed"),
        (
            "judge_cost_usd",
            "what judge models cost that judged the answer, in no other cost; null when none was asked, or it is unknown"
        ),
        ("score", "weighted mean of the verdicts, 0 to 1; null when nothing could be graded"),
        ("passed", "score reaches the case's threshold"),
        (
            "replaced",
            "true when the place was asked again after a failure: a newer trial counts, and this one's cost stays spent"
        ),
        (
            "reused_run",
            "the run that paid for the answer, which cost nothing here; its times are not of this run; null when asked here"
        ),
        ("reused_call", "the call of reused_run that paid for the answer"),
        ("fault", "whose doing the outcome is: none, provider, case or ours; ours is left out of every rate"),
    ]

    static let attempt: [(String, String)] = [
        ("sent_ms", "t_send, from the start of the call"),
        ("last_token_ms", "t_last_tok - t_send"),
        ("worst_usd", "most the attempt could cost, set aside before it was sent"),
        ("lease_ms", "from reserved_at: the longest the attempt's call can take; null means an hour"),
        ("assumed", "settled at its worst case, because its process was killed: it may have cost that much"),
        ("computed_usd", "from usage and our price table; of an assumed attempt its worst case"),
        ("price_as_of", "date of the price"),
        ("state", "an attempt: reserved before it is sent, settled when its cost is known; a call: open, then closed"),
        ("duration_ms", "from the start of the call to its end"),
        ("started_at", "microseconds since 1970, as every name that ends in _at"),
    ]
}
