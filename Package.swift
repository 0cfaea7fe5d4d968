// swift-tools-version: 6.2
import PackageDescription

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let metricsTestKit: Target.Dependency = .product(name: "MetricsTestKit", package: "swift-metrics")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioExtras: Target.Dependency = .product(name: "NIOExtras", package: "swift-nio-extras")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSOCKS: Target.Dependency = .product(name: "NIOSOCKS", package: "swift-nio-extras")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let inMemoryTracing: Target.Dependency = .product(name: "InMemoryTracing", package: "swift-distributed-tracing")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "dirgen",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "dirgen-bench", targets: ["dirgen-bench"]),
        .library(name: "DirGenCore", targets: ["DirGenCore"]),
        .library(name: "DirGenBench", targets: ["DirGenBench"]),
        // Measured by the nested package `benchmarks/`.
        .library(name: "LLMCore", targets: ["LLMCore"]),
        .library(name: "LLMWire", targets: ["LLMWire"]),
        .library(name: "LLMService", targets: ["LLMService"]),
        .library(name: "BenchCore", targets: ["BenchCore"]),
        .library(name: "SQLiteStore", targets: ["SQLiteStore"]),
        .library(name: "BenchReports", targets: ["BenchReports"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.30.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // SHA-256. swift-crypto would compile a second BoringSSL for it, six minutes of every cold build.
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        // Bodies that were compressed unasked.
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "LLMCore", dependencies: ["COpenSSL"]),
        .target(name: "LLMWire", dependencies: ["LLMCore"]),
        .target(
            name: "ClientConnections",
            dependencies: [nioCore, nioExtras, nioHTTP1, nioPosix, nioSOCKS, nioSSL, nioTLS]),
        .target(
            name: "LLMProviders",
            dependencies: [
                "LLMWire", "ClientConnections", "LLMCore", "CZlib", nioCore, nioHTTP1, nioPosix, nioSSL, logging,
            ]),
        .target(name: "YAMLReading", dependencies: ["LLMCore", yams]),
        .target(name: "LLMService", dependencies: ["LLMCore", logging, metrics, tracing]),
        .target(name: "BenchCore", dependencies: ["LLMCore"]),
        .target(name: "DirGenAPI", dependencies: ["LLMCore", "BenchCore"]),
        .target(name: "SQLiteStore", dependencies: ["LLMCore", "BenchCore", grdb, grdbSQLite]),
        .target(name: "BenchFormats", dependencies: ["YAMLReading", "BenchCore", "LLMCore", "CZlib", yams]),
        .target(name: "BenchGraders", dependencies: ["BenchCore", "LLMCore", subprocess]),
        .target(name: "BenchRunner", dependencies: ["BenchCore", "LLMCore", logging]),
        .target(
            name: "BenchReports", dependencies: ["DirGenAPI", "BenchCore", "LLMCore", mustache]),
        .target(
            name: "DirGenCore",
            dependencies: [
                "DirGenAPI", "LLMService", "LLMProviders", "SQLiteStore", "YAMLReading", "LLMCore", yams, logging,
            ]),
        .target(
            name: "DirGenBench",
            dependencies: [
                "DirGenAPI", "DirGenCore", "BenchRunner", "BenchReports", "BenchGraders", "BenchFormats",
                "BenchCore", "LLMCore", logging,
            ]),
        .target(name: "ServerConnections", dependencies: [hummingbirdCore, nioCore, logging]),
        .target(
            name: "ProviderSimulator",
            dependencies: [
                "LLMWire", "ServerConnections", "LLMCore", hummingbird, hummingbirdCore, httpTypes, nioCore,
                nioHTTPTypes, logging, serviceLifecycle, unixSignals, yams,
            ]),
        .target(
            name: "LLMServer",
            dependencies: [
                "DirGenAPI", "DirGenBench", "DirGenCore", "LLMService", "LLMWire", "ServerConnections", "BenchCore",
                "LLMCore", hummingbird, hummingbirdCore, httpTypes,
                nioCore, nioPosix, nioHTTP1, nioHTTPTypes, nioSSL, logging, metrics, tracing, serviceLifecycle,
                unixSignals,
            ],
            // For Prometheus and Grafana; nothing of it is read by the program.
            exclude: ["Resources"]),
        .executableTarget(
            name: "dirgen-bench",
            dependencies: [
                "DirGenAPI", "DirGenBench", "DirGenCore", "LLMServer", "ProviderSimulator", "BenchReports",
                "BenchRunner",
                "BenchFormats", "BenchCore",
                "LLMService", "LLMProviders", "LLMWire", "LLMCore", argumentParser, logging,
            ]),
        .target(name: "TestSupport", dependencies: ["LLMCore", "BenchCore"]),

        .executableTarget(
            name: "ChaosDriver", dependencies: ["DirGenCore", "LLMCore", "TestSupport"], path: "Tests/ChaosDriver"),
        .executableTarget(
            name: "BenchScience", dependencies: ["BenchCore", "LLMCore", "TestSupport", argumentParser],
            path: "Tests/BenchScience"),
        .executableTarget(name: "EmbedExample", dependencies: ["DirGenCore"], path: "Tests/EmbedExample"),
        .testTarget(name: "LLMCoreTests", dependencies: ["LLMCore", "TestSupport"]),
        .testTarget(name: "LLMWireTests", dependencies: ["LLMWire", "LLMCore", "TestSupport"]),
        .testTarget(
            name: "ClientConnectionsTests",
            dependencies: ["ClientConnections", nioCore, nioEmbedded, nioHTTP1, nioPosix, nioSSL]),
        .testTarget(
            name: "LLMProvidersTests",
            dependencies: [
                "LLMProviders", "LLMWire", "ClientConnections", "LLMCore", "TestSupport", nioCore, nioHTTP1, nioPosix,
                nioSSL,
            ]),
        .testTarget(
            name: "LLMServiceTests",
            dependencies: [
                "LLMService", "LLMCore", "TestSupport", logging, metrics, metricsTestKit, tracing, inMemoryTracing,
            ]),
        .testTarget(name: "YAMLReadingTests", dependencies: ["YAMLReading", "LLMCore"]),
        .testTarget(name: "BenchCoreTests", dependencies: ["BenchCore", "LLMCore", "TestSupport"]),
        .testTarget(
            name: "BenchFormatsTests",
            dependencies: [
                "BenchFormats", "BenchGraders", "YAMLReading", "BenchCore", "LLMCore", "TestSupport", "CZlib",
            ]),
        .testTarget(name: "BenchGradersTests", dependencies: ["BenchGraders", "BenchCore", "LLMCore", "TestSupport"]),
        .testTarget(name: "DirGenAPITests", dependencies: ["DirGenAPI", "BenchCore", "LLMCore", "TestSupport"]),
        .testTarget(
            name: "SQLiteStoreTests",
            dependencies: ["SQLiteStore", "DirGenAPI", "BenchCore", "LLMCore", "TestSupport", grdb]),
        .testTarget(name: "BenchRunnerTests", dependencies: ["BenchRunner", "BenchCore", "LLMCore", "TestSupport"]),
        .testTarget(
            name: "BenchReportsTests",
            dependencies: ["BenchReports", "DirGenAPI", "BenchCore", "LLMCore", "TestSupport"]),
        .testTarget(
            name: "DirGenCoreTests",
            dependencies: [
                "DirGenAPI", "DirGenCore", "LLMService", "LLMProviders", "ProviderSimulator", "BenchCore", "LLMCore",
                "TestSupport", asyncHTTPClient, nioCore, nioHTTP1, nioPosix,
            ]),
        .testTarget(
            name: "DirGenBenchTests",
            dependencies: [
                "DirGenAPI", "DirGenBench", "DirGenCore", "BenchRunner", "BenchReports", "BenchGraders", "BenchFormats",
                "BenchCore", "LLMCore", "TestSupport",
            ]),
        .testTarget(
            name: "LLMServerTests",
            dependencies: [
                "LLMServer", "DirGenAPI", "DirGenBench", "DirGenCore", "ProviderSimulator", "LLMProviders",
                "LLMService",
                "LLMWire", "BenchCore", "LLMCore", "TestSupport",
                asyncHTTPClient, httpTypes, nioCore, nioHTTP1, nioPosix, logging, metrics, tracing, yams,
            ]),
        .testTarget(
            name: "ServerConnectionsTests",
            dependencies: ["ServerConnections", hummingbirdCore, nioCore, nioEmbedded, logging]),
        .testTarget(
            name: "ProviderSimulatorTests",
            dependencies: [
                "ProviderSimulator", "LLMProviders", "LLMWire", "LLMCore", "TestSupport", asyncHTTPClient, httpTypes,
                hummingbird, nioCore, nioEmbedded, nioHTTP1, nioHTTPTypes,
            ]),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["dirgen-bench", "ProviderSimulator", "BenchCore", "LLMCore", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)

// Only for `scripts/docs`: an ordinary build would fetch the plugin and compile it.
if Context.environment["DIRGEN_DOCS"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}

// One place for the settings of every target: strictness must not depend on who added it.
for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .treatAllWarnings(as: .error),
        ]
}
