import BenchCore
import LLMCore

/// The request of a `code` assertion: a language, how the answer is read, and the tests or the input that judge it.
struct CodeTask: Sendable {
    enum Language: String, Sendable, CaseIterable {
        case python, swift, javascript, shell
    }
    enum Mode: String, Sendable {
        /// The answer is the program.
        case program
        /// The answer goes on where a prefix ends, or replaces it.
        case completion
        /// The answer changes given files.
        case patch
    }
    /// Run with this input, it must print that output.
    struct Exchange: Sendable {
        var input: String
        var output: String
    }

    var language: Language
    var mode: Mode
    var entryPoint: String?
    var prefix: String
    /// By name.
    var files: [String: String]
    var tests: String
    /// Instead of ``tests``.
    var exchange: Exchange?
    var timeLimit: Duration

    private static let longestTime = 120.0

    /// An assertion that says too little to judge an answer by.
    struct Unusable: Error {
        var reason: String
    }

    init(_ assertion: Assertion) throws(Unusable) {
        let options = assertion.options
        guard let language = options["language"]?.string.flatMap(Language.init) else {
            throw Unusable(reason: "code: no language that can be run")
        }
        guard let mode = Mode(rawValue: options["mode"]?.string ?? Mode.program.rawValue) else {
            throw Unusable(reason: "code: unknown mode")
        }
        self.language = language
        self.mode = mode
        entryPoint = options["entry_point"]?.string
        prefix = options["prefix"]?.string ?? ""
        tests = options["tests"]?.string ?? ""
        exchange = options["stdout"]?.string.map { Exchange(input: options["stdin"]?.string ?? "", output: $0) }
        timeLimit = .seconds(min(max(options["timeout_s"]?.double ?? 10, 0.1), Self.longestTime))
        files = [:]
        for member in options["files"]?.object ?? JSONObject() {
            guard Self.isSafe(member.key) else {
                throw Unusable(reason: "code: no file may be named \(member.key.shown())")
            }
            files[member.key] = member.value.string ?? ""
        }
        if tests.isEmpty, exchange == nil { throw Unusable(reason: "code: neither tests nor an output to compare") }
        if mode == .patch, files.isEmpty { throw Unusable(reason: "code: no files to patch") }
    }

    /// A relative path within the working directory.
    private static func isSafe(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= TarArchive.longestName - 8 && !name.utf8.contains(0)
            && !name.split(separator: "/", omittingEmptySubsequences: false).contains {
                $0.isEmpty || $0 == "." || $0 == ".."
            }
    }
}
