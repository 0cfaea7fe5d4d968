import LLMCore
import Testing

@testable import LLMServer

@Suite("OTLP configuration", .timeLimit(.minutes(1)))
struct OTLPConfigurationTests {
    private func read(_ environment: [String: String]) throws -> OTLPConfiguration? {
        try OTLPConfiguration(environment: environment, version: "1.2")
    }

    private static let endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT"

    @Test(
        "the endpoint is the root of both signals; one of a signal is used as it is",
        arguments: [
            (
                [endpoint: "http://collector:4318"], "http://collector:4318/v1/traces",
                "http://collector:4318/v1/metrics"
            ),
            ([endpoint: " http://c/otlp// "], "http://c/otlp/v1/traces", "http://c/otlp/v1/metrics"),
            (["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://t/in/"], "https://t/in/", nil),
            (
                [endpoint: "http://c", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://m"], "http://c/v1/traces",
                "http://m"
            ), ([endpoint: "http://c", "OTEL_METRICS_EXPORTER": "none"], "http://c/v1/traces", nil),
            ([endpoint: "http://c", "OTEL_TRACES_EXPORTER": "none"], nil, "http://c/v1/metrics"),
        ] as [([String: String], String?, String?)])
    func endpoints(environment: [String: String], traces: String?, metrics: String?) throws {
        let configuration = try #require(try read(environment))
        #expect(configuration.traces?.url == traces && configuration.metrics?.url == metrics)
    }

    @Test(
        "without an endpoint, or switched off, nothing is exported",
        arguments: [
            [:], [endpoint: ""], ["OTEL_SERVICE_NAME": "a"], [endpoint: "http://c", "OTEL_SDK_DISABLED": "TRUE"],
            [endpoint: "http://c", "OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none"],
        ])
    func off(environment: [String: String]) throws {
        #expect(try read(environment) == nil)
    }

    @Test("headers and resource are lists of percent-encoded values; the service's name wins over the list")
    func lists() throws {
        let configuration = try #require(
            try read([
                Self.endpoint: "http://c",
                "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Basic%20dXNlcg==, x-tenant = a%2Cb ,empty=",
                "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=prod,service.name=ignored,team=%C3%BC",
                "OTEL_SERVICE_NAME": "gateway",
            ]))
        let fields = try #require(configuration.traces?.headers.fields)
        #expect(fields.map(\.name) == ["authorization", "x-tenant", "empty"])
        #expect(fields.map(\.value) == ["Basic dXNlcg==", "a,b", ""])
        let resource = Dictionary(uniqueKeysWithValues: configuration.resource.map { ($0.name, $0.value) })
        #expect(resource["service.name"] == "gateway" && resource["service.version"] == "1.2")
        #expect(resource["deployment.environment.name"] == "prod" && resource["team"] == "ü")
        #expect(resource["telemetry.sdk.language"] == "swift")
        #expect(configuration.resource.map(\.name) == configuration.resource.map(\.name).sorted())
    }

    @Test("a value of headers is never printed")
    func secrets() throws {
        let configuration = try #require(
            try read([Self.endpoint: "http://c", "OTEL_EXPORTER_OTLP_HEADERS": "authorization=hunter2"]))
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!"\(configuration)".contains("hunter2") && !dumped.contains("hunter2"))
        #expect(dumped.contains("authorization"))
    }

    @Test("numbers are milliseconds and counts; a batch is never larger than the queue")
    func numbers() throws {
        let usual = try #require(try read([Self.endpoint: "http://c"]))
        #expect(usual.traces?.timeout == .seconds(10) && usual.queueLimit == 2_048 && usual.batchLimit == 512)
        #expect(usual.scheduleDelay == .seconds(5) && usual.metricInterval == .seconds(60) && usual.sampler == .usual)
        let own = try #require(
            try read([
                Self.endpoint: "http://c", "OTEL_EXPORTER_OTLP_TIMEOUT": "3000",
                "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT": "1",
                "OTEL_BSP_MAX_QUEUE_SIZE": "100", "OTEL_BSP_SCHEDULE_DELAY": "250",
                "OTEL_METRIC_EXPORT_INTERVAL": "2000",
                "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.5",
            ]))
        #expect(own.traces?.timeout == .seconds(3) && own.metrics?.timeout == .milliseconds(1))
        #expect(own.queueLimit == 100 && own.batchLimit == 100 && own.scheduleDelay == .milliseconds(250))
        #expect(own.metricInterval == .seconds(2))
        #expect(own.sampler == TraceSampler(share: 0.5, followsCaller: true))
    }

    @Test(
        "a variable that cannot be used is named, and its value is not",
        arguments: [
            ([endpoint: "collector:4317"], .endpoint(variable: endpoint)),
            ([endpoint: "https://"], .endpoint(variable: endpoint)),
            ([endpoint: "http://a b"], .endpoint(variable: endpoint)),
            (
                ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "ftp://x"],
                .endpoint(variable: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
            ),
            (
                [endpoint: "http://c", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"],
                .protocolName(variable: "OTEL_EXPORTER_OTLP_PROTOCOL")
            ),
            (
                [endpoint: "http://c", "OTEL_EXPORTER_OTLP_HEADERS": "token"],
                .headers(variable: "OTEL_EXPORTER_OTLP_HEADERS")
            ),
            (
                [endpoint: "http://c", "OTEL_EXPORTER_OTLP_HEADERS": "a=1%0d%0aevil: 2"],
                .headers(variable: "OTEL_EXPORTER_OTLP_HEADERS")
            ),
            (
                [endpoint: "http://c", "OTEL_EXPORTER_OTLP_HEADERS": "a b=1"],
                .headers(variable: "OTEL_EXPORTER_OTLP_HEADERS")
            ),
            (
                [endpoint: "http://c", "OTEL_BSP_MAX_QUEUE_SIZE": "0"], .number(variable: "OTEL_BSP_MAX_QUEUE_SIZE")
            ),
            (
                [endpoint: "http://c", "OTEL_RESOURCE_ATTRIBUTES": "a=%zz"],
                .resource(variable: "OTEL_RESOURCE_ATTRIBUTES")
            ), ([endpoint: "http://c", "OTEL_TRACES_SAMPLER": "xray"], .sampler(variable: "OTEL_TRACES_SAMPLER")),
        ] as [([String: String], OTLPConfigurationError)])
    func unusable(environment: [String: String], error: OTLPConfigurationError) {
        #expect(throws: error) { try self.read(environment) }
        #expect(environment.keys.contains(error.variable))
    }
}
