import LLMWire

/// The configuration of the export over OTLP/HTTP, read from OpenTelemetry's environment variables.
struct OTLPConfiguration: Sendable {
    /// One kind of data, with where and how it goes.
    struct Target: Sendable {
        var url: String
        /// May hold secrets: they go into the request and nowhere else.
        var headers: OTLPHeaders
        /// Of one export, with all its retries.
        var timeout: Duration
    }

    /// `nil`: not exported.
    var traces: Target?
    var metrics: Target?
    /// Names and values of the resource, by name.
    var resource: [(name: String, value: String)]
    var sampler: TraceSampler
    var queueLimit: Int
    var batchLimit: Int
    /// A batch that is not full waits this long.
    var scheduleDelay: Duration
    var metricInterval: Duration

    /// - Parameters:
    ///   - environment: An empty variable is one that is not set.
    ///   - version: Of this program.
    /// - Returns: `nil` when no endpoint is named: then nothing is exported.
    /// - Throws: ``OTLPConfigurationError``, which names the variable and never its value.
    init?(environment: [String: String], version: String) throws(OTLPConfigurationError) {
        let reader = EnvironmentReader(environment)
        if reader.text("OTEL_SDK_DISABLED")?.lowercased() == "true" { return nil }
        traces = try reader.target("TRACES", path: "v1/traces")
        metrics = try reader.target("METRICS", path: "v1/metrics")
        guard traces != nil || metrics != nil else { return nil }
        resource = try reader.resource(version: version)
        sampler = try reader.sampler()
        queueLimit = try reader.number("OTEL_BSP_MAX_QUEUE_SIZE", 2_048)
        batchLimit = try min(reader.number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512), queueLimit)
        scheduleDelay = .milliseconds(try reader.number("OTEL_BSP_SCHEDULE_DELAY", 5_000))
        metricInterval = .milliseconds(try reader.number("OTEL_METRIC_EXPORT_INTERVAL", 60_000))
    }
}

/// Header fields of an export; printed without their values.
struct OTLPHeaders: Sendable, CustomStringConvertible, CustomReflectable {
    private(set) var fields: [(name: String, value: String)] = []

    init() {}

    /// Reads `name=value,name=value`, values percent-encoded.
    init?(_ text: String) {
        for member in text.split(separator: ",") {
            let pair = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, case let name = pair[0].trimmingSpaces, OTLPHeaders.isToken(name),
                let value = PercentEncoding.validDecoded(pair[1].trimmingSpaces),
                !value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
            else { return nil }
            fields.append((name.lowercased(), value))
        }
    }

    /// A name that HTTP allows: what is none could begin a header of its own.
    private static func isToken(_ name: Substring) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    var description: String { fields.map { "\($0.name): …" }.joined(separator: ", ") }
    var customMirror: Mirror { Mirror(self, children: [("names", fields.map(\.name))]) }
}

/// A variable of the export's configuration that cannot be used.
enum OTLPConfigurationError: Error, Sendable, Hashable {
    /// No `http://` or `https://` address.
    case endpoint(variable: String)
    /// Another protocol than `http/json`.
    case protocolName(variable: String)
    case headers(variable: String)
    case number(variable: String)
    case resource(variable: String)
    case sampler(variable: String)

    var variable: String {
        switch self {
        case .endpoint(let variable), .protocolName(let variable), .headers(let variable), .number(let variable),
            .resource(let variable), .sampler(let variable):
            variable
        }
    }
}

/// OpenTelemetry's variables, those of one signal before those of all.
private struct EnvironmentReader {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    func text(_ name: String) -> String? {
        environment[name].map { String($0.trimmingSpaces) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The variable of a signal, or the one of all, that is set.
    private func first(_ signal: String, _ name: String) -> (name: String, value: String)? {
        for variable in ["OTEL_EXPORTER_OTLP_\(signal)_\(name)", "OTEL_EXPORTER_OTLP_\(name)"] {
            if let value = text(variable) { return (variable, value) }
        }
        return nil
    }

    func target(_ signal: String, path: String) throws(OTLPConfigurationError) -> OTLPConfiguration.Target? {
        guard let endpoint = first(signal, "ENDPOINT"), text("OTEL_\(signal)_EXPORTER")?.lowercased() != "none" else {
            return nil
        }
        guard isAddress(endpoint.value) else { throw .endpoint(variable: endpoint.name) }
        if let name = first(signal, "PROTOCOL"), name.value.lowercased() != "http/json" {
            throw .protocolName(variable: name.name)
        }
        // The address of one signal is used as it is; the one of all is the root of both.
        let isOwn = endpoint.name.contains(signal)
        var root = endpoint.value
        while !isOwn, root.last == "/" { root.removeLast() }
        var headers = OTLPHeaders()
        if let list = first(signal, "HEADERS") {
            guard let read = OTLPHeaders(list.value) else { throw .headers(variable: list.name) }
            headers = read
        }
        var timeout = 10_000
        if let limit = first(signal, "TIMEOUT") { timeout = try number(limit.name, timeout) }
        return .init(
            url: isOwn ? root : "\(root)/\(path)", headers: headers, timeout: .milliseconds(timeout))
    }

    private func isAddress(_ text: String) -> Bool {
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: { text.lowercased().hasPrefix($0) }) else { return false }
        let host = text.dropFirst(scheme.count).prefix { $0 != "/" }
        return !host.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Above zero.
    func number(_ variable: String, _ usual: Int) throws(OTLPConfigurationError) -> Int {
        guard let text = text(variable) else { return usual }
        guard let value = Int(text), (1...1_000_000_000).contains(value) else { throw .number(variable: variable) }
        return value
    }

    func sampler() throws(OTLPConfigurationError) -> TraceSampler {
        guard let name = text("OTEL_TRACES_SAMPLER") else { return .usual }
        guard let sampler = TraceSampler(name: name, argument: text("OTEL_TRACES_SAMPLER_ARG")) else {
            throw .sampler(variable: "OTEL_TRACES_SAMPLER")
        }
        return sampler
    }

    func resource(version: String) throws(OTLPConfigurationError) -> [(name: String, value: String)] {
        var values = [
            "service.name": "dirgen", "service.version": version, "telemetry.sdk.language": "swift",
            "telemetry.sdk.name": "dirgen", "telemetry.sdk.version": version,
        ]
        for member in (text("OTEL_RESOURCE_ATTRIBUTES") ?? "").split(separator: ",") {
            let pair = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, case let name = pair[0].trimmingSpaces, !name.isEmpty,
                let value = PercentEncoding.validDecoded(pair[1].trimmingSpaces)
            else { throw .resource(variable: "OTEL_RESOURCE_ATTRIBUTES") }
            values[String(name)] = value
        }
        if let name = text("OTEL_SERVICE_NAME") { values["service.name"] = name }
        return values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }
}
