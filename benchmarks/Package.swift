// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

@MainActor
func suite(_ name: String, _ modules: [String], helpers: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: name,
        dependencies: modules.map { .product(name: $0, package: "dirgen") } + helpers + [
            .product(name: "Benchmark", package: "benchmark")
        ],
        path: "Benchmarks/\(name)", swiftSettings: settings,
        plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "dirgen", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        suite("WireBench", ["LLMWire", "LLMCore"]),
        suite("StoreBench", ["SQLiteStore", "BenchCore", "LLMCore"]),
        suite(
            "CacheBench", ["LLMService", "SQLiteStore", "LLMCore"],
            helpers: [.product(name: "Logging", package: "swift-log")]),
        suite("HealthBench", ["LLMService", "LLMCore"]),
        suite(
            "AskBench", ["LLMService", "LLMCore"], helpers: [.product(name: "Logging", package: "swift-log")]),
        suite("SelectionBench", ["BenchCore", "LLMCore"], helpers: ["SyntheticRun"]),
        suite("ReportBench", ["BenchReports", "BenchCore", "LLMCore"], helpers: ["SyntheticRun"]),
        .target(
            name: "SyntheticRun",
            dependencies: [
                .product(name: "BenchCore", package: "dirgen"), .product(name: "LLMCore", package: "dirgen"),
            ],
            path: "Benchmarks/SyntheticRun", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
