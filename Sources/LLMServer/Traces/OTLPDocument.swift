import LLMCore
import Tracing

/// The documents of OTLP/HTTP in JSON: identities in hexadecimal, 64-bit integers as strings, as its specification has them.
struct OTLPDocument: Sendable {
    private let resource: JSONValue
    private let scope: JSONValue

    /// - Parameter version: Of this program.
    init(resource: [(name: String, value: String)], version: String) {
        self.resource = [
            "attributes": .array(resource.map { OTLPDocument.attribute($0.name, .string($0.value)) })
        ]
        scope = ["name": "dirgen", "version": .string(version)]
    }

    // MARK: Traces

    func traces(_ spans: [FinishedSpan]) -> JSONValue {
        [
            "resourceSpans": [
                [
                    "resource": resource,
                    "scopeSpans": [["scope": scope, "spans": .array(spans.map(OTLPDocument.span))]],
                ]
            ]
        ]
    }

    private static func span(_ span: FinishedSpan) -> JSONValue {
        var object: JSONObject = [
            "traceId": .string("\(span.context.trace)"), "spanId": .string("\(span.context.span)"),
        ]
        if !span.context.state.isEmpty { object["traceState"] = .string(span.context.state) }
        if let parent = span.parent { object["parentSpanId"] = .string("\(parent.span)") }
        object["flags"] = .number(JSONNumber(flags(span.context.flags, isRemote: span.parent?.isRemote ?? false)))
        object["name"] = .string(span.name)
        object["kind"] = .number(JSONNumber(kind(span.kind)))
        object["startTimeUnixNano"] = long(span.startedAt)
        object["endTimeUnixNano"] = long(span.endedAt)
        write(span.attributes, to: &object)
        if !span.events.isEmpty { object["events"] = .array(span.events.map(event)) }
        if span.droppedEvents > 0 { object["droppedEventsCount"] = .number(JSONNumber(span.droppedEvents)) }
        if !span.links.isEmpty { object["links"] = .array(span.links.map(link)) }
        object["status"] = .object(span.isError.map { ["code": .number(JSONNumber($0 ? 2 : 1))] } ?? [:])
        return .object(object)
    }

    private static func event(_ event: FinishedSpan.Event) -> JSONValue {
        var object: JSONObject = ["timeUnixNano": long(event.at), "name": .string(event.name)]
        write(event.attributes, to: &object)
        return .object(object)
    }

    private static func link(_ link: FinishedSpan.Link) -> JSONValue {
        var object: JSONObject = [
            "traceId": .string("\(link.context.trace)"), "spanId": .string("\(link.context.span)"),
        ]
        if !link.context.state.isEmpty { object["traceState"] = .string(link.context.state) }
        write(link.attributes, to: &object)
        object["flags"] = .number(JSONNumber(flags(link.context.flags, isRemote: link.context.isRemote)))
        return .object(object)
    }

    /// W3C's flags, whether the parent is of another process in bit 9, and that bit 9 is known in bit 8.
    private static func flags(_ flags: UInt8, isRemote: Bool) -> Int {
        Int(flags) | 0x100 | (isRemote ? 0x200 : 0)
    }

    private static func kind(_ kind: SpanKind) -> Int {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }

    private static func write(_ attributes: ExportedAttributes, to object: inout JSONObject) {
        if !attributes.values.isEmpty {
            object["attributes"] = .array(attributes.values.map { attribute($0.name, $0.value) })
        }
        if attributes.dropped > 0 { object["droppedAttributesCount"] = .number(JSONNumber(attributes.dropped)) }
    }

    // MARK: Metrics

    /// Cumulative, as Prometheus has them.
    ///
    /// - Parameters:
    ///   - start: When the registry began to count, in nanoseconds since 1970.
    ///   - now: Likewise.
    func metrics(_ snapshot: MetricsSnapshot, start: UInt64, now: UInt64) -> JSONValue {
        let metrics = snapshot.families.filter { !$0.points.isEmpty }.map { entry -> JSONValue in
            let family = entry.family
            let points = JSONValue.array(
                entry.points.map { OTLPDocument.point($0, family, start: start, now: now) })
            var object: JSONObject = [
                "name": .string(family.id), "description": .string(family.help), "unit": .string(family.otelUnit),
            ]
            switch family.kind {
            case .counter: object["sum"] = ["dataPoints": points, "aggregationTemporality": 2, "isMonotonic": true]
            case .gauge, .info: object["gauge"] = ["dataPoints": points]
            case .histogram: object["histogram"] = ["dataPoints": points, "aggregationTemporality": 2]
            }
            return .object(object)
        }
        return [
            "resourceMetrics": [
                ["resource": resource, "scopeMetrics": [["scope": scope, "metrics": .array(metrics)]]]
            ]
        ]
    }

    private static func point(_ point: MetricPoint, _ family: MetricFamily, start: UInt64, now: UInt64) -> JSONValue {
        let attributes = zip(family.labels, point.labels).filter { !$0.1.isEmpty }
            .map { attribute($0.name, .string($1)) }
        var object: JSONObject = [:]
        if !attributes.isEmpty { object["attributes"] = .array(attributes) }
        object["startTimeUnixNano"] = long(start)
        object["timeUnixNano"] = long(now)
        switch point.value {
        case .scalar(.integer(let value)): object["asInt"] = .string(String(value))
        case .scalar(let value): object["asDouble"] = double(value.double)
        case .histogram(let value):
            object["count"] = long(value.count)
            object["sum"] = double(value.scalarSum.double)
            object["bucketCounts"] = .array(value.counts.map(long))
            object["explicitBounds"] = .array(value.buckets.bounds.map(double))
        }
        return .object(object)
    }

    // MARK: Values

    private static func attribute(_ name: String, _ value: ExportedAttributes.Value) -> JSONValue {
        ["key": .string(name), "value": anyValue(value)]
    }

    private static func anyValue(_ value: ExportedAttributes.Value) -> JSONValue {
        switch value {
        case .string(let text): ["stringValue": .string(text)]
        case .integer(let number): ["intValue": .string(String(number))]
        case .double(let number): ["doubleValue": double(number)]
        case .bool(let flag): ["boolValue": .bool(flag)]
        case .array(let values): ["arrayValue": ["values": .array(values.map(anyValue))]]
        }
    }

    private static func long(_ value: UInt64) -> JSONValue { .string(String(value)) }

    /// Protobuf's JSON spells what JSON lacks.
    private static func double(_ value: Double) -> JSONValue {
        if let number = JSONNumber(value) { return .number(number) }
        return .string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }
}
