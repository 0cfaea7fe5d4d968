import BenchCore
import LLMCore

/// The finding about an answer that follows from the end of its program.
struct CodeFinding {
    let task: CodeTask

    private static let longestReason = 160

    /// The finding where nobody waited for the end.
    static let stopped = Finding.undecided("stopped before it was judged")

    func judgement(_ outcome: SandboxOutcome) -> ProgramMemo.Judgement {
        ProgramMemo.Judgement(finding: finding(outcome), validity: Self.validity(outcome.end))
    }

    /// A run that was stopped for its time, or never started, tells of the machine at that moment too.
    private static func validity(_ end: SandboxOutcome.End) -> ProgramMemo.Validity {
        switch end {
        case .exited(CodeProgram.Code.ranTooLong), .exited(CodeProgram.Code.compiledTooLong), .timedOut, .machineIsFull,
            .notStarted:
            .now
        // By SIGKILL or SIGXCPU: the limit of processor time comes as either.
        case .exited(128 + 9), .exited(128 + 24): .now
        case .exited, .tooMuchMemory: .always
        case .cancelled: .never
        }
    }

    func finding(_ outcome: SandboxOutcome) -> Finding {
        switch outcome.end {
        case .exited(0): task.exchange.map { compare($0, outcome.output) } ?? .holds("passes its tests")
        case .exited(let code): .fails(reason(code, outcome.errors))
        case .timedOut: .fails(ranTooLong)
        case .tooMuchMemory: .fails("took too much memory")
        case .machineIsFull: .undecided("this machine has too little memory left to run code")
        case .cancelled: Self.stopped
        case .notStarted(let reason): .undecided(reason)
        }
    }

    /// Lines equal, white space at their ends and empty lines at the end aside.
    private func compare(_ exchange: CodeTask.Exchange, _ output: OutputCapture) -> Finding {
        guard !output.isCut else {
            return .fails("printed \(NumberText.count(output.count)) bytes, too many to compare")
        }
        let (found, expected) = (lines(output.text), lines(exchange.output))
        guard let place = zip(found, expected).enumerated().first(where: { $0.element.0 != $0.element.1 }) else {
            if found.count == expected.count { return .holds("prints what is expected") }
            return .fails("printed \(found.count) lines, expected \(expected.count)")
        }
        let (number, (line, wanted)) = place
        return .fails(
            "line \(number + 1) of its output: expected \(String(wanted).shown(limit: 60)), found \(String(line).shown(limit: 60))"
        )
    }

    private func lines(_ text: String) -> [Substring] {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(\.trimmedEnd)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private var ranTooLong: String {
        "ran longer than \(NumberText.duration(milliseconds: task.timeLimit.milliseconds))"
    }

    private func reason(_ code: Int, _ errors: OutputCapture) -> String {
        switch code {
        case CodeProgram.Code.notCompiled: return "does not compile" + (words(errors).map { ": \($0)" } ?? "")
        case CodeProgram.Code.compiledTooLong: return "takes too long to compile"
        case CodeProgram.Code.ranTooLong: return ranTooLong
        case CodeProgram.Code.endedEarly: return "ended before its tests did"
        default: break
        }
        if let words = words(errors) { return words }
        guard let signal = Self.signals[code - 128] else { return "ended with exit code \(code)" }
        return "was ended by \(signal)"
    }

    private static let signals = [
        4: "an illegal instruction or a failed precondition", 5: "a trap", 6: "an abort", 8: "an arithmetic error",
        9: "its limits", 11: "an invalid memory access", 24: "its limit of processor time",
        25: "its limit of file size",
    ]

    private static let swiftFailures = ["error:", "Fatal error", "Precondition failed", "Assertion failed"]

    /// The line that says what went wrong, as each language has it; the last one where none does.
    private func words(_ errors: OutputCapture) -> String? {
        // What the sandbox's own shell says of a program that was ended by a signal.
        let lines = errors.lastLines.filter { !$0.hasPrefix("/bin/bash: line ") }
        let telling: Substring? =
            switch task.language {
            case .python, .shell: nil
            case .javascript: lines.first { $0.first?.isLetter == true && $0.contains("Error") }
            case .swift: lines.first { line in Self.swiftFailures.contains { line.contains($0) } }
            }
        return (telling ?? lines.last).map { Redaction.message(String($0), limit: Self.longestReason) }
    }
}
