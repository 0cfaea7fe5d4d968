import Foundation
import LLMCore
import Testing

@Suite("The house: who may import whom", .timeLimit(.minutes(10)))
struct HouseTests {
    /// Products of other packages and system modules, by module, as the design has it. Ours come first.
    private static let allowed: [String: (ours: Set<String>, others: Set<String>)] = [
        "LLMCore": ([], ["COpenSSL"]),
        "LLMWire": (["LLMCore"], []),
        "LLMService": (["LLMCore"], ["Logging", "Metrics", "Tracing", "OrderedCollections", "DequeModule"]),
        "BenchCore": (["LLMCore"], ["OrderedCollections", "DequeModule"]),
        "ClientConnections": (
            [], ["NIOCore", "NIOExtras", "NIOHTTP1", "NIOPosix", "NIOSOCKS", "NIOSSL", "NIOTLS"]
        ),
        "LLMProviders": (
            ["LLMWire", "ClientConnections", "LLMCore"],
            ["CZlib", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL", "NIOFoundationCompat", "Logging", "Tracing"]
        ),
        "SQLiteStore": (["LLMCore", "BenchCore"], ["GRDB", "GRDBSQLite"]),
        "YAMLReading": (["LLMCore"], ["Yams"]),
        "BenchFormats": (["YAMLReading", "BenchCore", "LLMCore"], ["CZlib", "Yams"]),
        "BenchGraders": (["BenchCore", "LLMCore"], ["Subprocess"]),
        "BenchRunner": (["BenchCore", "LLMCore"], ["Logging", "AsyncAlgorithms", "Histogram"]),
        "BenchReports": (["DirGenAPI", "BenchCore", "LLMCore"], ["Mustache"]),
        "DirGenAPI": (["LLMCore", "BenchCore"], []),
        "DirGenCore": (
            ["DirGenAPI", "LLMService", "LLMProviders", "SQLiteStore", "YAMLReading", "LLMCore"],
            ["Yams", "Configuration", "ServiceLifecycle", "Logging", "Metrics", "Tracing"]
        ),
        "DirGenBench": (
            [
                "DirGenAPI", "DirGenCore", "BenchRunner", "BenchReports", "BenchGraders", "BenchFormats", "BenchCore",
                "LLMCore",
            ],
            ["Logging"]
        ),
        "ServerConnections": ([], ["HummingbirdCore", "NIOCore", "Logging"]),
        "LLMServer": (
            [
                "DirGenAPI", "DirGenCore", "DirGenBench", "LLMService", "LLMWire", "ServerConnections", "BenchCore",
                "LLMCore",
            ],
            [
                "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOHTTPTypes",
                "NIOSSL",
                "Mustache",
                "ServiceLifecycle", "UnixSignals", "Logging", "Metrics", "Tracing",
            ]
        ),
        "ProviderSimulator": (
            ["LLMWire", "ServerConnections", "LLMCore"],
            [
                "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOHTTPTypes",
                "Yams", "Logging", "ServiceLifecycle", "UnixSignals",
            ]
        ),
    ]
    /// Full Foundation costs 45 MB of ICU where a module is embedded; the files that need it say why.
    private static let mayUseFoundation: [String: Set<String>] = [
        "LLMCore": [], "LLMWire": [], "LLMService": [], "DirGenAPI": [],
        "BenchCore": ["RegexMatcher.swift", "UnicodeNormalization.swift"],
    ]

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("Package.swift declares no dependency beyond the table")
    func declaredDependencies() throws {
        let manifest = try Self.dumpPackage()
        let targets = manifest["targets"]?.array ?? []
        #expect(targets.count > 12)
        for target in targets {
            guard let name = target["name"]?.string, let rule = Self.allowed[name] else { continue }
            for dependency in target["dependencies"]?.array ?? [] {
                let wanted =
                    dependency["byName"]?[0]?.string ?? dependency["product"]?[0]?.string ?? dependency["target"]?[0]?
                    .string ?? "?"
                #expect(rule.ours.contains(wanted) || rule.others.contains(wanted), "\(name) depends on \(wanted)")
            }
        }
    }

    @Test("no source file imports beyond the table", arguments: allowed.keys.sorted())
    func importedModules(module: String) throws {
        let rule = try #require(Self.allowed[module])
        let files = try Self.swiftFiles(in: "Sources/\(module)")
        try #require(!files.isEmpty)
        for file in files {
            for imported in try Self.imports(of: file) where !Self.system.contains(imported) {
                if imported == "Foundation" {
                    let allowed = Self.mayUseFoundation[module]?.contains(file.lastPathComponent) ?? true
                    #expect(allowed, "\(module)/\(file.lastPathComponent) imports full Foundation")
                } else {
                    let known = rule.ours.contains(imported) || rule.others.contains(imported)
                    #expect(known, "\(module)/\(file.lastPathComponent) imports \(imported)")
                }
            }
        }
    }

    @Test("every module of Sources stands in the table")
    func noStrangers() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
            .sorted()
        let strangers = Set(folders).subtracting(Self.allowed.keys).subtracting([
            "COpenSSL", "CZlib", "dirgen-bench", "TestSupport",
        ])
        #expect(strangers.isEmpty)
    }

    @Test("every suite ends by itself: it has a time limit")
    func timeLimits() throws {
        let files = try Self.swiftFiles(in: "Tests")
        for file in files {
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            for place in lines.indices where lines[place].hasPrefix("@Suite") {
                // Its traits may take several lines, up to the type.
                let traits = lines[place...].prefix { !$0.hasPrefix("struct") && !$0.hasPrefix("final class") }
                #expect(traits.contains { $0.contains(".timeLimit(") }, "\(file.lastPathComponent): \(lines[place])")
            }
        }
    }

    @Test("the composition root alone names the store, in sources and in tests of other modules")
    func storeIsNamedOnce() throws {
        let own = ["Sources/SQLiteStore/", "Tests/SQLiteStoreTests/", "Tests/IntegrationTests/HouseTests.swift"]
        let named = try ["Sources", "Tests"].flatMap { try Self.swiftFiles(in: $0) }
            .map { String($0.path.dropFirst(Self.root.path.count)).trimmingPrefix("/") }
            .filter { path in !own.contains { path.hasPrefix($0) } }
            .filter { try String(contentsOf: Self.root.appending(path: $0), encoding: .utf8).contains("SQLiteStore") }
        #expect(named == ["Sources/DirGenCore/Facade/Assembly.swift"])
    }

    @Test("the executable builds no JSON")
    func executableBuildsNoJSON() throws {
        for file in try Self.swiftFiles(in: "Sources/dirgen-bench") {
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(!text.contains("JSONValue") && !text.contains("JSONObject"), "\(file.lastPathComponent)")
        }
    }

    @Test("no library names the program or an option of it", arguments: allowed.keys.sorted())
    func librariesNameNoCommand(module: String) throws {
        // Neither a custom property of a style sheet, `--ink: …` and `var(--ink)`, nor a comment.
        let forbidden = try NSRegularExpression(
            pattern: #"dirgen-bench|(?<!var\()(?<![\w<!-])--[a-z][a-z-]+(?![\w-]|\s*:|-->)"#)
        for file in try Self.swiftFiles(in: "Sources/\(module)") {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                let code = line.trimmingCharacters(in: .whitespaces)
                guard !code.hasPrefix("//") else { continue }
                let range = NSRange(code.startIndex..., in: code)
                #expect(
                    forbidden.firstMatch(in: code, range: range) == nil, "\(module)/\(file.lastPathComponent): \(code)")
            }
        }
    }

    private static let system: Set<String> = [
        "FoundationEssentials", "Synchronization", "Glibc", "Darwin", "Musl", "Dispatch",
    ]

    /// Imports in force on Linux: the `#else` of a `canImport(FoundationEssentials)` is not.
    private static func imports(of file: URL) throws -> [String] {
        var inElse = false
        // Programs in other languages have imports of their own.
        var inText = false
        var found: [String] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map({
            $0.trimmingCharacters(in: .whitespaces)
        }) {
            if line.components(separatedBy: "\"\"\"").count.isMultiple(of: 2) { inText.toggle() }
            if inText { continue }
            if line == "#else" { inElse = true }
            if line == "#endif" { inElse = false }
            let words = line.split(separator: " ").filter {
                ![
                    "public", "package", "internal", "private", "fileprivate", "@preconcurrency", "@testable",
                    "@_exported",
                ].contains(
                    $0)
            }
            guard !inElse, words.first == "import", let name = words.last else { continue }
            found.append(String(name.split(separator: ".")[0]))
        }
        return found
    }

    private static func swiftFiles(in folder: String) throws -> [URL] {
        let enumerator = FileManager.default.enumerator(
            at: root.appending(path: folder), includingPropertiesForKeys: nil)
        return (enumerator?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
    }

    private static func dumpPackage() throws -> JSONValue {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        // Without the flag it waits for the lock that `swift test` holds.
        process.arguments = ["swift", "package", "--ignore-lock", "--package-path", root.path, "dump-package"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try JSONValue.parse(data)
    }
}
