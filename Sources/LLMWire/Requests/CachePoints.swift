import LLMCore

/// The cache points of a request as `cache_control` members, no more of them than Anthropic takes.
struct CachePoints {
    /// More are refused with 400.
    private static let most = 4

    /// A place that can be marked.
    private enum Place: Hashable {
        case tool(Int)
        case part(message: Int, part: Int)
    }
    private let kept: [Place: CachePoint.TTL]

    /// Of too many the first stays, which conversations share, and the last ones, which the next turn reads.
    ///
    /// - Parameter isTaken: The server reads them; else there are none.
    init(_ request: ChatRequest, isTaken: Bool) {
        guard isTaken else {
            kept = [:]
            return
        }
        var points: [(Place, CachePoint.TTL)] = request.tools.enumerated().compactMap { index, tool in
            tool.cacheTTL.map { (.tool(index), $0) }
        }
        for (index, message) in request.messages.enumerated() {
            points += message.cachePoints.map { (.part(message: index, part: $0.part), $0.ttl) }
        }
        if points.count > Self.most { points = points.prefix(1) + points.suffix(Self.most - 1) }
        kept = Dictionary(points) { $1 }
    }

    func control(ofTool index: Int) -> JSONValue? { kept[.tool(index)].map(Self.control) }

    func control(ofPart part: Int, message: Int) -> JSONValue? {
        kept[.part(message: message, part: part)].map(Self.control)
    }

    private static func control(_ ttl: CachePoint.TTL) -> JSONValue {
        switch ttl {
        case .minutes: ["type": "ephemeral"]
        case .hour: ["type": "ephemeral", "ttl": "1h"]
        }
    }
}

extension JSONValue {
    /// The object with a `cache_control`, unless it has one or takes none.
    func marked(_ control: JSONValue?) -> JSONValue {
        guard let control, var object, object["cache_control"] == nil,
            // A thought is cached with what follows it, and cannot be marked itself.
            object["type"] != "thinking", object["type"] != "redacted_thinking"
        else { return self }
        object["cache_control"] = control
        return .object(object)
    }
}
