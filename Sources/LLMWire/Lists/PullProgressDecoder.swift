import LLMCore

/// Reads the progress lines of a model pull at Docker Model Runner.
///
/// Lines are JSON objects, HTML-escaped when the server chose text/plain; a bare line of text is an error. A pull that fails after
/// it began still has status 200: only its last lines tell, so ``finish()`` has the verdict.
package struct PullProgressDecoder: Sendable {
    private static let lineLimit = 1 << 20
    private var buffer: [UInt8] = []
    private var layers: [String: (current: Int, size: Int)] = [:]
    private var total: Int?
    private var verdict: PullLine?

    package init() {}

    /// Takes the next bytes of the body and gives what their lines say.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [PullLine] {
        var found: [PullLine] = []
        for byte in bytes {
            guard byte == 0x0A || byte == 0x0D else {
                if buffer.count < Self.lineLimit { buffer.append(byte) }
                continue
            }
            if let progress = readLine() { found.append(progress) }
        }
        return found
    }

    /// At the end of the body: whether the model is there. Never `progress`.
    package mutating func finish() -> PullLine {
        if let last = readLine(), verdict == nil, case .failed = last { verdict = last }
        return verdict ?? .failed("the pull ended without saying that it succeeded")
    }

    private mutating func readLine() -> PullLine? {
        defer { buffer.removeAll(keepingCapacity: true) }
        let text = Self.unescaped(String(decoding: buffer, as: UTF8.self))
        guard text.contains(where: { !$0.isWhitespace }) else { return nil }
        guard let line = try? JSONValue.parse(text), line.object != nil else {
            return conclude(.failed(Redaction.message(text)))
        }
        let message = Redaction.message(line["message"]?.string ?? "")
        switch line["type"]?.string {
        case "progress": return progress(line)
        case "warning": return .warning(message)
        case "success": return conclude(.succeeded(message))
        case "error": return conclude(.failed(message))
        default: return line["error"] == nil ? nil : conclude(.failed(Redaction.message(line["error"]?.string ?? "")))
        }
    }

    /// The first failure stands; a success does not outlive a failure after it.
    private mutating func conclude(_ line: PullLine) -> PullLine {
        if case .failed = verdict { return line }
        verdict = line
        return line
    }

    private mutating func progress(_ line: JSONValue) -> PullLine {
        if let bytes = line["total"]?.int, bytes > 0 { total = bytes }
        if let layer = line["layer"], let id = layer["id"]?.string, let current = layer["current"]?.int, current >= 0 {
            layers[id] = (current, max(0, layer["size"]?.int ?? 0))
        }
        let bytes = layers.values.reduce(0) { $0.addingReportingOverflow($1.current).partialValue }
        return .progress(bytes: bytes, total: total)
    }

    /// Undoes the five escapes of Go's `html/template`.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("&") else { return text }
        let escapes: [(String, Character)] = [
            ("&#34;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#43;", "+"),
            ("&amp;", "&"),
        ]
        var out = ""
        var rest = Substring(text)
        while let next = rest.first {
            if next == "&", let escape = escapes.first(where: { rest.hasPrefix($0.0) }) {
                out.append(escape.1)
                rest = rest.dropFirst(escape.0.count)
            } else {
                out.append(next)
                rest = rest.dropFirst()
            }
        }
        return out
    }
}
