package import LLMCore

/// The lists of models of every dialect.
package enum ModelListDecoder {
    /// The request for a page of the list; costs nothing at any provider, so it also serves as a probe.
    package static func request(dialect: WireDialect, quirks: DialectQuirks, after page: String? = nil) -> WireRequest {
        var query: [(String, String)] = []
        switch dialect {
        case .openai, .openaiResponses: break
        case .anthropic:
            query.append(("limit", "1000"))
            if let page { query.append(("after_id", page)) }
        case .gemini:
            query.append(("pageSize", "1000"))
            if let page { query.append(("pageToken", page)) }
        }
        return WireRequest(
            method: "GET", path: quirks.pathPrefix + "/models", query: query,
            headers: [("accept", "application/json")] + RequestEncoder.dialectHeaders(dialect), body: [])
    }

    /// Reads one page; the answer about a single model is a page of one.
    ///
    /// - Throws: ``WireError`` of kind `malformedBody` when the body is not a list of models.
    package static func decode(_ body: [UInt8], dialect: WireDialect) throws(WireError) -> ModelListPage {
        guard let json = try? JSONValue.parse(body) else {
            throw WireError(.malformedBody, "the list of models is not valid JSON")
        }
        let single = model(json, dialect: dialect).map { _ in [json] }
        // Beside `data`, llama.cpp has a `models` in Ollama's shape.
        let listed = json[dialect == .gemini ? "models" : "data"]?.array ?? json.array
        guard let rows = listed ?? single else {
            throw WireError(.malformedBody, "the answer holds no list of models")
        }
        return ModelListPage(
            models: rows.compactMap { model($0, dialect: dialect) }, next: next(json, dialect: dialect))
    }

    private static func next(_ json: JSONValue, dialect: WireDialect) -> String? {
        switch dialect {
        case .openai, .openaiResponses: nil
        case .anthropic: json["has_more"] == true ? json["last_id"]?.string : nil
        case .gemini: json["nextPageToken"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    private static func model(_ row: JSONValue, dialect: WireDialect) -> ListedModel? {
        if dialect == .gemini { return geminiModel(row) }
        guard let id = row["id"]?.string, !id.isEmpty else { return nil }
        return ListedModel(
            id: id, contextWindow: first(contextFields, in: row), maxOutput: first(outputFields, in: row),
            generatesText: row["active"] != false && writesText(row))
    }

    private static func geminiModel(_ row: JSONValue) -> ListedModel? {
        guard let name = row["name"]?.string, !name.isEmpty else { return nil }
        let methods = row["supportedGenerationMethods"]?.array ?? []
        return ListedModel(
            id: name.hasPrefix("models/") ? String(name.dropFirst(7)) : name,
            contextWindow: row["inputTokenLimit"]?.int,
            maxOutput: row["outputTokenLimit"]?.int, generatesText: methods.contains("generateContent"))
    }

    // Groq and OpenRouter say what a model writes; who says nothing is believed.
    private static func writesText(_ row: JSONValue) -> Bool {
        let kinds = row["output_modalities"]?.array ?? row["architecture"]?["output_modalities"]?.array
        return kinds?.contains("text") ?? true
    }

    /// Groq, Anthropic, OpenRouter, Docker Model Runner, llama.cpp, vLLM.
    private static let contextFields = [
        ["context_window"], ["max_input_tokens"], ["context_length"], ["dmr", "context_window"], ["meta", "n_ctx"],
        ["max_model_len"],
    ]
    private static let outputFields = [
        ["max_completion_tokens"], ["max_output_tokens"], ["max_tokens"], ["top_provider", "max_completion_tokens"],
    ]

    private static func first(_ paths: [[String]], in row: JSONValue) -> Int? {
        paths.lazy.compactMap { path in path.reduce(Optional(row)) { $0?[$1] }?.int }.first { $0 > 0 }
    }
}
