package import LLMCore

/// Embeddings as OpenAI's interface has them, which local servers and most others speak, too.
package enum EmbeddingDialect {
    /// - Returns: `nil` for a dialect that has none of this form.
    package static func request(
        model: String, texts: [String], dialect: WireDialect, quirks: DialectQuirks
    ) -> WireRequest? {
        let body: JSONValue = [
            "model": .string(model), "input": .array(texts.map(JSONValue.string)), "encoding_format": "float",
        ]
        return request(body.bytes, dialect: dialect, quirks: quirks)
    }

    /// A client's own request: only the model is replaced, every other byte stays.
    ///
    /// - Returns: `nil` for a dialect that has none of this form.
    /// - Throws: ``WireError`` when it is no JSON object.
    package static func request(
        _ original: OriginalRequest, model: String, dialect: WireDialect, quirks: DialectQuirks
    ) throws(WireError) -> WireRequest? {
        var splicer = try JSONSplicer(original.body)
        splicer.set("model", to: .string(model))
        return request(splicer.result(), dialect: dialect, quirks: quirks)
    }

    private static func request(_ body: [UInt8], dialect: WireDialect, quirks: DialectQuirks) -> WireRequest? {
        guard dialect == .openai || dialect == .openaiResponses else { return nil }
        return WireRequest(
            method: "POST", path: quirks.pathPrefix + "/embeddings",
            headers: [("accept", "application/json"), ("content-type", "application/json")], body: body)
    }

    /// Reads the vectors of `count` texts, in the order of the texts, and what the provider counted.
    ///
    /// - Throws: ``WireError`` of kind `malformedBody` when one is missing, empty or not of numbers, or they differ in length.
    package static func decode(
        _ body: [UInt8], count: Int
    ) throws(WireError) -> (vectors: [[Double]], usage: UsageReading?, servedModel: String?) {
        guard let json = try? JSONValue.parse(body), let rows = json["data"]?.array else {
            throw WireError(.malformedBody, "the answer holds no embeddings")
        }
        var vectors = [[Double]](repeating: [], count: count)
        for (place, row) in rows.enumerated() {
            let index = row["index"]?.int ?? place
            let numbers = row["embedding"]?.array?.compactMap(\.double) ?? []
            guard vectors.indices.contains(index), numbers.count == row["embedding"]?.array?.count,
                numbers.allSatisfy(\.isFinite)
            else { throw WireError(.malformedBody, "an embedding is not a list of numbers, or of none of the texts") }
            vectors[index] = numbers
        }
        guard let length = vectors.first?.count, length > 0, vectors.allSatisfy({ $0.count == length }) else {
            throw WireError(.malformedBody, "the embeddings are not one of the same length for each text")
        }
        return (vectors, usage(json["usage"]), json["model"]?.string)
    }

    /// Reads what the provider counted of an answer that goes to the client as it is.
    ///
    /// - Throws: ``WireError`` of kind `malformedBody` when it holds no embeddings.
    package static func facts(
        _ body: [UInt8]
    ) throws(WireError) -> (usage: UsageReading?, servedModel: String?) {
        guard let json = try? JSONValue.parse(body), let rows = json["data"]?.array, !rows.isEmpty else {
            throw WireError(.malformedBody, "the answer holds no embeddings")
        }
        return (usage(json["usage"]), json["model"]?.string)
    }

    private static func usage(_ value: JSONValue?) -> UsageReading? {
        guard let value, let tokens = value["prompt_tokens"]?.int ?? value["total_tokens"]?.int else { return nil }
        return UsageReading(raw: value, tokens: TokenUsage(promptTokens: tokens, outputTokens: 0))
    }
}
