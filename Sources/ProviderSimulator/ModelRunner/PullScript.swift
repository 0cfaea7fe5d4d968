import LLMCore

/// The lines of a pull, with the traps of the real ones: layers interleave, and a failure under way is still status 200.
struct PullScript: Sendable {
    /// One line, and when it is written as a share of the whole pull.
    struct Line: Sendable {
        var text: String
        var at: Double
    }

    let lines: [Line]

    init(model: String, imageBytes: Int, breaks: Bool, asJSON: Bool) {
        let sizes = [imageBytes * 9 / 10, imageBytes / 10, max(1, imageBytes / 1_000)]
        let steps = 10
        var lines: [Line] = []
        for step in 1...(breaks ? steps / 2 : steps) {
            for (layer, size) in sizes.enumerated() {
                let current = min(size, size * step / steps)
                let value: JSONValue = [
                    "type": "progress", "message": .string("Downloaded: \(Self.megabytes(current)) MB"),
                    "total": JSONValue(imageBytes),
                    "layer": [
                        "id": .string(Self.layerID(model, layer)), "size": JSONValue(size),
                        "current": JSONValue(current),
                    ],
                    "mode": "pull",
                ]
                lines.append(Line(text: Self.text(value, asJSON), at: Double(step) / Double(steps)))
            }
        }
        let layer: JSONValue = ["id": "", "size": 0, "current": 0]
        let last: JSONValue =
            breaks
            ? [
                "type": "error", "message": "Error: failed to pull model: unexpected EOF", "total": 0,
                "layer": layer, "mode": "pull",
            ]
            : [
                "type": "success", "message": "Model pulled successfully", "total": JSONValue(imageBytes),
                "layer": layer, "mode": "pull",
            ]
        lines.append(Line(text: Self.text(last, asJSON), at: 1))
        if breaks { lines.append(Line(text: "failed to pull model: unexpected EOF", at: 1)) }
        self.lines = lines
    }

    static func layerID(_ model: String, _ layer: Int) -> String {
        "sha256:" + ContentHash.sha256("\(model)#\(layer)")
    }

    /// Unless JSON alone was accepted, quotes are escaped as in HTML.
    private static func text(_ value: JSONValue, _ asJSON: Bool) -> String {
        asJSON ? value.text : value.text.replacing("&", with: "&amp;").replacing("\"", with: "&#34;")
    }

    private static func megabytes(_ bytes: Int) -> String { String(bytes / 1_000_000) }
}
