/// The text formats in which metrics are exposed.
enum ExpositionFormat: Sendable, Hashable, CaseIterable {
    /// Prometheus text, version 0.0.4.
    case prometheus
    /// OpenMetrics 1.0.
    case openMetrics

    var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format that an `Accept` header prefers; Prometheus text where it names neither, as any reader understands it.
    init(accept: String?) {
        var best: (format: ExpositionFormat, quality: Double) = (.prometheus, 0)
        for range in (accept ?? "").split(separator: ",") {
            let parts = range.split(separator: ";").map { ExpositionFormat.trimmed($0).lowercased() }
            let parameters = parts.dropFirst()
            let version = parameters.first { $0.hasPrefix("version=") }?.dropFirst("version=".count)
            let format: ExpositionFormat
            switch (parts.first, version) {
            case ("application/openmetrics-text", "1.0.0"), ("application/openmetrics-text", nil): format = .openMetrics
            case ("text/plain", "0.0.4"), ("text/plain", nil): format = .prometheus
            default: continue
            }
            let quality = parameters.first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            // Of equal ones the first counts.
            if quality > best.quality { best = (format, quality) }
        }
        self = best.format
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
