import LLMCore

/// Carries a client's own request on: only the model and the stream options are replaced, and a `cache_control` that the server would
/// refuse is taken out, as is the reasoning that another provider sealed; every other byte stays.
enum PassThrough {
    static func splice(
        _ body: [UInt8], model: String, stream: Bool, dialect: WireDialect, quirks: DialectQuirks,
        foreignSeals: Set<String> = []
    ) throws(WireError) -> [UInt8] {
        var splicer = try JSONSplicer(
            readable(body, dialect: dialect, quirks: quirks, foreignSeals: foreignSeals))
        // Gemini names both in the path.
        guard dialect != .gemini else { return try geminiBody(body, model: model) }
        splicer.set("model", to: .string(model))
        if stream {
            splicer.set("stream", to: true)
        } else if splicer.has("stream") {
            splicer.set("stream", to: false)
        }
        if dialect == .openai { spliceOptions(&splicer, stream: stream, quirks: quirks) }
        return splicer.result()
    }

    /// The bytes without what the provider refuses: others' seals, and cache points where it takes none.
    static func readable(
        _ body: [UInt8], dialect: WireDialect, quirks: DialectQuirks, foreignSeals: Set<String>
    ) throws(WireError) -> [UInt8] {
        let own = try ReasoningSeal.cleaned(body, of: foreignSeals, dialect: dialect)
        return quirks.cacheControl == .refused ? CacheControlRemover.cleaned(own) : own
    }

    /// A body of Gemini's with the model's own name where it says one: the path's may be an alias.
    static func geminiBody(_ body: [UInt8], model: String) throws(WireError) -> [UInt8] {
        var splicer = try JSONSplicer(body)
        guard splicer.has("model") else { return body }
        splicer.set("model", to: .string(RequestEncoder.geminiName(model)))
        return splicer.result()
    }

    private static func spliceOptions(_ splicer: inout JSONSplicer, stream: Bool, quirks: DialectQuirks) {
        guard stream else {
            // Refused by OpenAI when nothing is streamed.
            return splicer.remove("stream_options")
        }
        guard quirks.asksForStreamUsage else { return }
        var options = splicer.value(of: "stream_options")?.object ?? JSONObject()
        guard options["include_usage"] != true else { return }
        options["include_usage"] = true
        splicer.set("stream_options", to: .object(options))
    }
}
