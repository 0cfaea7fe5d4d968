import BenchCore
import LLMCore
import Synchronization

/// A memo of the findings about programs: one that was judged is not run again, one that is being run is waited for.
///
/// Models answer alike, often to the letter where a task is small, and so does one model when it repeats itself. Each run starts a sandbox and
/// an interpreter or a compiler, which costs more than all else in grading; what it would find is known. So an answer that leaves something to
/// chance has one verdict as long as it is remembered.
final class ProgramMemo: Sendable {
    /// The identity of a finding: the program, its tests, files and limits, and what it must print.
    struct Key: Sendable, Hashable {
        /// A digest: programs may be large.
        private let digest: String

        init(_ program: SandboxProgram, of task: CodeTask) {
            let files = program.files.flatMap { [$0.name, String(decoding: $0.content, as: UTF8.self)] }
            let folders = program.folders.flatMap { [$0.source, $0.place] }
            let texts = [program.script, program.input, "\(program.limits)", task.language.rawValue]
            let parts = [files, folders, texts, task.exchange.map { [$0.output] } ?? []]
            digest = ContentHash.sha256(JSONValue.array(parts.map { .array($0.map(JSONValue.string)) }).text)
        }
    }

    /// For whom a finding is good.
    enum Validity: Sendable {
        /// Another run would find the same.
        case always
        /// Those who wait for this run.
        case now
        /// For no one: the run was cancelled.
        case never
    }

    struct Judgement: Sendable {
        var finding: Finding
        var validity: Validity
    }

    private let state: Mutex<State>

    /// - Parameter capacity: Most findings that are kept; the least recently used goes first.
    init(capacity: Int = 4_096) { state = Mutex(State(capacity: max(1, capacity))) }

    /// The finding about a program, by `run` where it is not known.
    ///
    /// When the caller whose run it is was cancelled, one of those who wait runs the program in its turn. A caller that is cancelled while it
    /// waits returns at once.
    func finding(of key: Key, run: @Sendable () async -> Judgement) async -> Finding {
        while true {
            switch await turn(key) {
            case .known(let finding): return finding
            case .left: return CodeFinding.stopped
            case .again: continue
            case .first: break
            }
            let judgement = await run()
            let waiting = state.withLock { $0.settle(key, judgement) }
            let next: Turn = if case .never = judgement.validity { .again } else { .known(judgement.finding) }
            for waiter in waiting { waiter.resume(returning: next) }
            return judgement.finding
        }
    }

    private func turn(_ key: Key) async -> Turn {
        let ticket = state.withLock { $0.number() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let turn: Turn? = state.withLock { state in
                    // Under the lock: a cancellation that comes later finds the waiter.
                    Task.isCancelled ? .left : state.enter(key, ticket, waiter)
                }
                if let turn { waiter.resume(returning: turn) }
            }
        } onCancel: {
            state.withLock { $0.leave(key, ticket) }?.resume(returning: .left)
        }
    }
}

extension ProgramMemo {
    fileprivate typealias Waiter = CheckedContinuation<Turn, Never>

    /// A caller's next step.
    fileprivate enum Turn: Sendable {
        case known(Finding)
        /// Run the program: nobody else does.
        case first
        /// Ask again: whose run it was has been cancelled.
        case again
        /// Go: it was cancelled itself.
        case left
    }

    fileprivate struct State {
        let capacity: Int
        private var findings: [Key: (finding: Finding, used: Int)] = [:]
        /// The programs being run, with those who wait for them by ticket.
        private var runs: [Key: [Int: Waiter]] = [:]
        private var last = 0

        init(capacity: Int) { self.capacity = capacity }

        /// A number above all earlier ones: a ticket, or a time of use.
        mutating func number() -> Int {
            last += 1
            return last
        }

        /// - Returns: `nil` when the waiter has to wait.
        mutating func enter(_ key: Key, _ ticket: Int, _ waiter: Waiter) -> Turn? {
            if let known = findings[key]?.finding {
                let now = number()
                findings[key]?.used = now
                return .known(known)
            }
            guard runs[key] != nil else {
                runs[key] = [:]
                return .first
            }
            runs[key]?[ticket] = waiter
            return nil
        }

        mutating func leave(_ key: Key, _ ticket: Int) -> Waiter? { runs[key]?.removeValue(forKey: ticket) }

        /// - Returns: Those who waited.
        mutating func settle(_ key: Key, _ judgement: Judgement) -> [Waiter] {
            if case .always = judgement.validity {
                findings[key] = (judgement.finding, number())
                // A look at all of them is nothing beside the run that has just ended.
                if findings.count > capacity, let oldest = findings.min(by: { $0.value.used < $1.value.used }) {
                    findings[oldest.key] = nil
                }
            }
            return runs.removeValue(forKey: key).map { Array($0.values) } ?? []
        }
    }
}
