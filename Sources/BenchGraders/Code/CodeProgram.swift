import BenchCore

/// The program that judges an answer: the answer's code and the tests as files, and how they are run.
struct CodeProgram {
    /// The answer holds nothing that can be run.
    struct Failure: Error {
        var reason: String
    }

    /// Exit codes of the script, beside those of the program itself.
    enum Code {
        static let notCompiled = 120
        static let endedEarly = 121
        static let compiledTooLong = 122
        static let ranTooLong = 123
    }

    let task: CodeTask
    /// The programs that compile and run it.
    let tools: LanguageTools

    /// Longest compilation; its time is not the program's.
    private static let compileSeconds = 60
    /// A folder that the program makes when its tests have ended; when they begin, where they may exit by themselves.
    private static let mark = "/tmp/.tests"

    func program(for answer: String) throws(Failure) -> SandboxProgram {
        let code = AnswerCode(answer, task.language)
        var files = task.files
        var source = ""
        switch task.mode {
        case .program: source = code.program(defining: task.entryPoint)
        case .completion: source = code.completion(of: task.prefix, defining: task.entryPoint)
        case .patch: files = try patched(code)
        }
        if task.mode != .patch, source.allSatisfy(\.isWhitespace) { throw Failure(reason: "the answer holds no code") }
        let (own, script) = try sources(source, besides: files)
        for (name, text) in own { files[name] = text }
        let list = files.sorted { $0.key < $1.key }.map { SandboxProgram.File($0.key, $0.value) }
        return SandboxProgram(
            files: list, input: task.exchange?.input ?? "", script: script, folders: tools.folders, limits: limits)
    }

    /// The given files with the answer's diff applied, or with its block instead of the only one.
    private func patched(_ code: AnswerCode) throws(Failure) -> [String: String] {
        let diffs = code.fences.map(\.body).filter { $0.contains("@@") } + [code.text]
        var reason: String?
        for text in diffs {
            guard let diff = UnifiedDiff(text) else { continue }
            do {
                return try diff.applied(to: task.files)
            } catch {
                reason = reason ?? error.reason
            }
        }
        if let reason { throw Failure(reason: reason) }
        guard let name = task.files.keys.first, task.files.count == 1, let whole = code.longest else {
            throw Failure(reason: "the answer holds neither a patch nor a whole file")
        }
        return [name: whole]
    }

    private var limits: SandboxLimits {
        switch task.language {
        case .swift:
            // A compiler's threads and modules.
            SandboxLimits(
                wallTime: .seconds(Self.compileSeconds) + task.timeLimit, memory: 2 << 30, processes: 128,
                disk: 256 << 20)
        case .python, .javascript, .shell: SandboxLimits(wallTime: task.timeLimit)
        }
    }

    private var isExchange: Bool { task.exchange != nil }
    private var isPatch: Bool { task.mode == .patch }

    /// A name that no given file has.
    private func mainFile(_ name: String, _ ending: String, besides files: [String: String]) -> String {
        let usual = "\(name).\(ending)"
        return isPatch && !isExchange && files[usual] != nil ? "judging_tests.\(ending)" : usual
    }

    /// The files beside the given ones, and the script.
    private func sources(
        _ source: String, besides files: [String: String]
    ) throws(Failure) -> (own: [String: String], script: String) {
        let input = SandboxProgram.inputPath
        switch task.language {
        case .python:
            let main = mainFile("main", "py", besides: files)
            let run = isExchange ? main : "-c '\(PythonStart(source + "\n", in: main).code)'"
            return (isPatch && isExchange ? [:] : [main: python(source)], guarded("\(tools.run) -B \(run) < \(input)"))
        case .javascript:
            let main = mainFile("main", "mjs", besides: files)
            return (
                isPatch && isExchange ? [:] : [main: javaScript(source)],
                guarded("\(tools.run) \(main) < \(input)")
            )
        case .shell:
            var own = isPatch ? [:] : ["answer.sh": source]
            if isExchange { return (own, "\(tools.run) answer.sh < \(input)") }
            own["tests.sh"] = task.tests
            return (own, "\(tools.run) tests.sh < \(input)")
        case .swift:
            guard !isPatch || isExchange || files["main.swift"] == nil else {
                throw Failure(reason: "the tests need main.swift for themselves")
            }
            let seconds = task.timeLimit / .seconds(1)
            return (
                isPatch && isExchange ? [:] : ["main.swift": swift(source)],
                """
                timeout -s KILL \(Self.compileSeconds) \(tools.run) -Onone -suppress-warnings -module-cache-path /tmp/modules \
                -o /tmp/program $(find . -name '*.swift') < /dev/null
                case $? in 0) ;; 137) exit \(Code.compiledTooLong);; *) exit \(Code.notCompiled);; esac
                timeout -s KILL \(seconds) /tmp/program < \(input)
                code=$?
                [ $code -eq 137 ] && exit \(Code.ranTooLong)
                exit $code
                """
            )
        }
    }

    /// Beside tests an answer's `@main` would be a second start of the program.
    private func swift(_ source: String) -> String {
        guard !isExchange else { return source + "\n" }
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let tested = lines.map { $0.hasPrefix("@main") ? $0.dropFirst(5) : $0 }.joined(separator: "\n")
        return tested + "\n" + testText
    }

    private var testText: String { isExchange ? "" : task.tests }

    /// Tests may look at what stands before them in the file: that is the answer and nothing else.
    private func python(_ source: String) -> String {
        guard !isExchange else { return source }
        let mark = "__import__(\"os\").mkdir(\"\(Self.mark)\")\n"
        return source + "\n" + (testsMayExit ? mark + task.tests : task.tests + "\n" + mark)
    }

    private func javaScript(_ source: String) -> String {
        let file = JavaScriptSource(source, tests: testText)
        guard !isExchange else { return file.head(isTested: false) + source }
        let mark = "\n;__mark(\"\(Self.mark)\");\n"
        let tests = testsMayExit ? mark + task.tests : "\n" + task.tests + mark
        return file.head(isTested: true) + source + tests
    }

    /// An answer that exits by itself would pass tests that never ran; tests that exit by themselves never come to their end.
    private func guarded(_ command: String) -> String {
        guard !isExchange else { return command }
        return """
            \(command)
            code=$?
            [ $code -eq 0 ] && [ ! -d \(Self.mark) ] && exit \(Code.endedEarly)
            exit $code
            """
    }

    private var testsMayExit: Bool {
        let tests = task.tests.lowercased()
        return tests.contains("exit") || tests.contains("unittest.main") || tests.contains("pytest.main")
    }
}

/// A JavaScript module of an answer and its tests, with the names that Node's older modules know.
struct JavaScriptSource {
    let source: String
    let tests: String

    init(_ source: String, tests: String) {
        self.source = source
        self.tests = tests
    }

    /// The lines before the answer, with `assert` and `__mark` where it is tested.
    func head(isTested: Bool) -> String {
        var head: [String] = []
        if isTested {
            head.append("import { mkdirSync as __mark } from \"node:fs\";")
            if !declares("assert") { head.append("import assert from \"node:assert/strict\";") }
        }
        if !declares("require") {
            head.append(
                """
                import { createRequire as __createRequire } from "node:module";
                const require = __createRequire(import.meta.url);
                """)
        }
        if usesOldExports { head.append("const module = { exports: {} }; let exports = module.exports;") }
        // Whether a module asks if it is the program that was started: it is where it is judged by what it prints.
        if isTested {
            head.append("process.argv[1] = \"tests\";")
        } else if usesOldExports, !declares("require") {
            head.append("require.main = module;")
        }
        return head.joined(separator: "\n") + "\n"
    }

    private var usesOldExports: Bool {
        let all = source + tests
        return ["module.exports", "exports.", "require.main"].contains { all.contains($0) } && !declares("module")
            && !declares("exports")
    }

    /// A line that imports or declares the name itself.
    private func declares(_ name: String) -> Bool {
        (source + "\n" + tests).split(whereSeparator: \.isNewline).contains { line in
            let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "$" }
            guard let place = words.firstIndex(of: Substring(name)), let first = words.first else { return false }
            return ["import", "const", "let", "var"].contains(first) && place > 0
                && (first == "import" ? line.isImport(of: name) : words[1] == name || line.isPattern(with: name))
        }
    }
}

extension Substring {
    /// `import assert from …`, `import * as assert`, `import { strict as assert }`: not the module's own name in quotes.
    fileprivate func isImport(of name: String) -> Bool {
        let head = prefix { $0 != "\"" && $0 != "'" }
        return head.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "$" }.contains(Substring(name))
    }

    /// `const { assert } = …`.
    fileprivate func isPattern(with name: String) -> Bool {
        let head = prefix { $0 != "=" }
        return head.contains("{")
            && head.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "$" }.contains(Substring(name))
    }
}
