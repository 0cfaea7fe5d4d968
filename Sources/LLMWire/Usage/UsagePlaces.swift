import LLMCore

/// The places of the usage object in a body or a chunk, the usual first.
enum UsagePlaces {
    private static let usual = [["usage"], ["usageMetadata"], ["message", "usage"]]
    private static let others = [["x_groq", "usage"], ["token_usage"], ["usage_metadata"], ["data", "usage"]]
    private static let insideChoice = [["usage"], ["message", "usage"], ["delta", "usage"]]

    static func find(in body: JSONValue, quirks: DialectQuirks) -> JSONValue? {
        for path in usual + quirks.usagePaths + others {
            if let usage = at(path, of: body) { return usage }
        }
        guard let choice = body["choices"]?[0] else { return nil }
        for path in insideChoice {
            if let usage = at(path, of: choice) { return usage }
        }
        return nil
    }

    private static func at(_ path: [String], of body: JSONValue) -> JSONValue? {
        let found = path.reduce(Optional(body)) { $0?[$1] }
        return found?.object?.isEmpty == false ? found : nil
    }
}
