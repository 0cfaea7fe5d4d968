package import BenchCore
import BenchRunner
package import DirGenAPI
package import DirGenCore
package import LLMCore
import Logging
import Synchronization

/// The runs that a server carries out beside its other work: begun, watched and stopped by other programs, one at a time.
///
/// Two at once would measure each other's load.
package final class LiveRuns: Sendable {
    private let service: LiveService
    /// `nil`: none may be begun.
    private let terms: RunTerms?
    private let time: TimeSource
    private let state = Mutex(State())
    private let jobs: AsyncStream<PreparedRun>
    private let adding: AsyncStream<PreparedRun>.Continuation
    private let closing: AsyncStream<Never>
    private let close: AsyncStream<Never>.Continuation

    private struct State {
        /// Somebody's run is being prepared, or is under way.
        var isTaken = false
        var run: Live?
        /// The end of the one before, for whoever still follows it.
        var ended: RunProgressDocument?
    }

    private struct Live {
        let prepared: PreparedRun
        /// The service that it was prepared with: another configuration counts for the next run.
        let dirgen: DirGen
        let control = RunControl()
        let start: ContinuousClock.Instant
        var progress = RunProgress()

        var document: RunProgressDocument {
            let phase: RunProgressDocument.Phase =
                switch control.current {
                case .none: .running
                case .drain: .draining
                case .abort: .aborting
                }
            return RunProgressDocument(prepared.record, total: prepared.plan.items.count, progress, phase)
        }
    }

    package init(_ service: LiveService, terms: RunTerms?, time: TimeSource = .live) {
        self.service = service
        self.terms = terms
        self.time = time
        (jobs, adding) = AsyncStream.makeStream()
        (closing, close) = AsyncStream.makeStream()
    }

    // MARK: Orders

    /// The datasets that a run may be ordered for.
    package func datasets() throws(LiveRunError) -> [DatasetEntryDocument] { try offered().listed() }

    /// The plan of a run, and what it may cost. Nothing that is paid is sent.
    package func plan(_ order: RunOrderDocument) async throws -> PlanDocument {
        let prepared = try await prepare(order, with: service.current)
        return PlanDocument(prepared.estimate, of: prepared.record)
    }

    /// Begins a run, which goes on when the caller leaves.
    ///
    /// - Throws: ``LiveRunError`` while another is under way; what planning it throws.
    package func start(_ order: RunOrderDocument) async throws -> RunStartedDocument {
        _ = try offered()
        let isFree = state.withLock { state in
            defer { state.isTaken = true }
            return !state.isTaken
        }
        guard isFree else { throw LiveRunError.underWay }
        do {
            let dirgen = service.current
            let prepared = try await prepare(order, with: dirgen)
            state.withLock { $0.run = Live(prepared: prepared, dirgen: dirgen, start: time.now()) }
            guard case .enqueued = adding.yield(prepared) else { throw CancellationError() }
            return RunStartedDocument(
                run: prepared.record.id, plan: PlanDocument(prepared.estimate, of: prepared.record),
                warnings: prepared.warnings)
        } catch {
            state.withLock { ($0.isTaken, $0.run) = (false, nil) }
            throw error
        }
    }

    private func prepare(_ order: RunOrderDocument, with dirgen: DirGen) async throws -> PreparedRun {
        let request = try offered().request(order, isSimulated: dirgen.configuration.simulated)
        return try await Bench(dirgen: dirgen).prepare(request)
    }

    private func offered() throws(LiveRunError) -> RunTerms {
        guard let terms else { throw .notOffered }
        return terms
    }

    // MARK: Looking and stopping

    /// The progress of the run that is under way, or of the last one.
    package var progress: RunProgressDocument? { state.withLock { $0.run?.document ?? $0.ended } }

    /// The progress of a run that is under way here, by its identifier or the beginning of it.
    package func progress(of text: String) -> RunProgressDocument? {
        state.withLock { state in
            state.run.flatMap { $0.prepared.record.id.rawValue.hasPrefix(text) && !text.isEmpty ? $0.document : nil }
        }
    }

    /// Stops a run: nothing new is sent, and what was paid for is kept.
    ///
    /// - Parameter aborts: Break off what is under way too.
    /// - Returns: `nil` for a run that is not under way here.
    package func stop(_ text: String, aborts: Bool) -> RunProgressDocument? {
        guard progress(of: text) != nil, let control = state.withLock({ $0.run?.control }) else { return nil }
        if control.current == .none { control.stop() }
        if aborts, control.current == .drain { control.stop() }
        return progress(of: text)
    }

    // MARK: Carrying out

    /// Carries out what is ordered, until ``end()``. The run under way then has `grace` to drain before it is broken off.
    package func run(grace: Duration) async {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await prepared in self.jobs { await self.carryOut(prepared) }
                return true
            }
            group.addTask {
                for await _ in self.closing {}
                guard (try? await self.time.sleep(self.time.now() + grace)) != nil else { return false }
                self.state.withLock { $0.run?.control }?.stop()
                return false
            }
            while let isDone = await group.next(), !isDone {}
            group.cancelAll()
        }
    }

    /// Takes no more orders, and stops the run that is under way.
    package func end() {
        adding.finish()
        state.withLock { $0.run?.control }?.stop()
        close.finish()
    }

    private func carryOut(_ prepared: PreparedRun) async {
        guard let live = state.withLock({ $0.run }) else { return }
        var status = RunRecord.Status.failed
        var problem: String?
        do {
            let result = try await Bench(dirgen: live.dirgen).run(prepared, control: live.control) {
                self.observe($0)
            }
            status = result.run.status
            if case .failure(let error) = result.reports { problem = Self.words(error) }
        } catch {
            problem = Self.words(error)
        }
        state.withLock { state in
            var document = state.run?.document
            document?.phase = .ended
            document?.status = status
            document?.problem = problem
            (state.run, state.ended, state.isTaken) = (nil, document, false)
        }
    }

    private func observe(_ event: RunEvent) {
        let now = time.now()
        state.withLock { state in
            guard let start = state.run?.start else { return }
            state.run?.progress.observe(event, at: now - start)
        }
    }

    private static func words(_ error: any Error) -> String { (error as? any CodedError)?.errorMessage ?? "\(error)" }
}

/// The error for a run that cannot be begun or stopped as things are.
package enum LiveRunError: Error, Sendable, Hashable {
    /// Whoever runs the server named no folder of datasets.
    case notOffered
    /// The order allows more money than whoever runs the server does.
    case tooExpensive(most: USD)
    case underWay
    /// The run has ended, or another process carries it out.
    case ended(RunID)
}

extension LiveRunError: CodedError {
    package var errorCode: ErrorCode {
        switch self {
        case .notOffered: .runsNotOffered
        case .tooExpensive: .costNotAllowed
        case .underWay: .runUnderWay
        case .ended: .runEnded
        }
    }

    package var errorMessage: String {
        switch self {
        case .notOffered: "this server begins no runs: it was given no folder of datasets"
        case .tooExpensive(let most): "max_cost_usd: a run may spend at most \(most) USD here"
        case .underWay: "another run is under way: two at once would measure each other's load"
        case .ended(let run): "run \(run) is not under way in this server"
        }
    }
}

extension RunProgressDocument {
    fileprivate init(_ run: RunRecord, total: Int, _ progress: RunProgress, _ phase: Phase) {
        self.init(run, total: total)
        self.phase = phase
        done = progress.done
        inFlight = progress.inFlight
        (spent, reserved) = (progress.spent, progress.reserved)
        note = progress.note
        arms = progress.arms.map { arm in
            Arm(
                arm: arm.arm, total: arm.total, done: arm.done, ok: arm.ok, failed: arm.failed, retries: arm.retries,
                cost: arm.unpriced ? nil : arm.cost, respP50: arm.median)
        }
    }
}
