import LLMCore
import LLMProviders
import LLMService
package import Logging
import Synchronization

/// The access of a service to the database.
public enum DatabaseUse: Sendable, Hashable {
    /// Reads tables and records calls; the file is created when missing.
    case readWrite
    /// Reads tables when there is a database; writes nothing.
    case readOnly
    /// Uses no database.
    case none
}

/// Runs `body` with a live service, and closes everything on every way out.
///
/// ```swift
/// try await withDirGen { dirgen in
///     print(try await dirgen.ask("Why a queue between two services?").text)
/// }
/// ```
/// - Parameters:
///   - configuration: `nil` loads the configuration file and the environment.
///   - database: The access to the database.
///   - logger: The log of the service, at `debug` and `notice`.
///   - time: The clock of waits, limits and cached answers; sockets and local models keep the machine's.
///   - isolation: The actor that `body` runs on.
///   - body: The use of the service; everything is closed when it returns or throws.
/// - Throws: ``ConfigurationError``, `StoreError`, and what `body` throws.
package func withDirGen<Value: Sendable>(
    _ configuration: Configuration? = nil, database: DatabaseUse = .readWrite, logger: Logger = Logger(label: "dirgen"),
    time: TimeSource = .live, isolation: isolated (any Actor)? = #isolation, _ body: (DirGen) async throws -> Value
) async throws -> Value {
    try await withLiveService(
        { if let configuration { configuration } else { try Configuration.load() } }, database: database,
        logger: logger, time: time
    ) { try await body($0.current) }
}

/// Runs `body` with a live service whose configuration can be read again; closes everything on every way out.
///
/// - Parameters:
///   - read: Reads the configuration: at first, and each time it is read again.
///   - body: The use of the service, as of ``withDirGen(_:database:logger:time:isolation:_:)``.
/// - Throws: What `read` throws at first, `StoreError`, and what `body` throws.
package func withLiveService<Value: Sendable>(
    _ read: @escaping @Sendable () throws -> Configuration, database: DatabaseUse = .readWrite,
    logger: Logger = Logger(label: "dirgen"), time: TimeSource = .live, isolation: isolated (any Actor)? = #isolation,
    _ body: (LiveService) async throws -> Value
) async throws -> Value {
    let configuration = try read()
    let store = try configuration.openStore(database)
    return try await Transport.with(configuration.transport) { transport in
        let result: Result<Value, any Error>
        var batches: BatchedRecorder?
        do {
            result = .success(
                try await withBackgroundWork { background in
                    let assembly = Assembly(
                        configuration: configuration, store: store, transport: transport, background: background,
                        logger: logger, time: time)
                    batches = assembly.batches
                    return try await use(assembly, read, body)
                })
        } catch {
            result = .failure(error)
        }
        // After the background's last call.
        do { try await batches?.flush() } catch {
            logger.error("calls not recorded", metadata: ["error": "\(error)"])
        }
        return try result.get()
    }
}

private func use<Value: Sendable>(
    _ assembly: Assembly, _ read: @escaping @Sendable () throws -> Configuration,
    isolation: isolated (any Actor)? = #isolation, _ body: (LiveService) async throws -> Value
) async throws -> Value {
    let time = assembly.time
    let (managers, manager) = AsyncStream<LocalModelManager>.makeStream()
    let dirgen = try await assembly.dirgen()
    for known in dirgen.localManagers { manager.yield(known) }
    let live = LiveService(
        dirgen,
        LiveService.Renewal(
            read: read, assemble: { try await assembly.renewed(with: $0, after: $1) },
            wallMicroseconds: { time.wallMicroseconds() }, keep: { manager.yield($0) }))
    let result: Result<Value, any Error>
    do {
        result = .success(try await withUpkeep(of: dirgen, managers, assembly.logger) { try await body(live) })
    } catch {
        result = .failure(error)
    }
    await live.current.service.health.flush(now: time.wallMicroseconds())
    return try result.get()
}

/// Runs `body` while local models are kept and abandoned attempts are settled; pulls and loads in progress at its end are cancelled.
private func withUpkeep<Value: Sendable>(
    of dirgen: DirGen, _ managers: AsyncStream<LocalModelManager>, _ logger: Logger,
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
) async throws -> Value {
    let sweep = dirgen.store.flatMap { store in
        store.isReadOnly
            ? nil
            : Sweep(settle: { try await store.settleAbandonedWork() }) {
                logger.warning("abandoned attempts not settled", metadata: ["error": "\($0)"])
            }
    }
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            await withDiscardingTaskGroup { group in
                for await manager in managers { group.addTask { await manager.run() } }
            }
        }
        if let batches = dirgen.batches { group.addTask { await batches.run() } }
        if let sweep { group.addTask { await sweep.run() } }
        defer { group.cancelAll() }
        return try await body()
    }
}

/// Runs `body` with a place for work that outlives its callers; returns when all of that work is done.
///
/// Cancelled or not: all spending is recorded.
func withBackgroundWork<Value: Sendable>(
    isolation: isolated (any Actor)? = #isolation, _ body: (BackgroundWork) async throws -> Value
) async throws -> Value {
    let queue = BackgroundQueue()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await queue.work() }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(BackgroundWork { queue.add($0) }))
        } catch {
            result = .failure(error)
        }
        queue.close()
        try? await group.waitForAll()
        // A cancelled worker stops early; what it left is done here.
        await queue.drain()
        return try result.get()
    }
}

/// Jobs, begun in the order they came; one that waits for a model holds up no other.
private final class BackgroundQueue: Sendable {
    private let jobs = Mutex<[BackgroundWork.Job]>([])
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init() { (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func add(_ job: @escaping BackgroundWork.Job) {
        jobs.withLock { $0.append(job) }
        signal.yield()
    }
    func close() { signal.finish() }

    func work() async {
        await withDiscardingTaskGroup { group in
            for await _ in signals { while let job = next() { group.addTask { await job() } } }
        }
    }

    func drain() async { while let job = next() { await job() } }

    private func next() -> BackgroundWork.Job? { jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}

/// A periodic sweep for attempts that are reserved and will never be settled otherwise: opening the database does the same, but a
/// service may keep it open for weeks.
struct Sweep: Sendable {
    static let interval = Duration.seconds(600)

    private let time: TimeSource
    private let settle: @Sendable () async throws -> Void
    private let failed: @Sendable (any Error) -> Void

    /// - Parameter time: Real by default: leases are of the machine's time.
    init(
        time: TimeSource = .live, settle: @escaping @Sendable () async throws -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        self.time = time
        self.settle = settle
        self.failed = failed
    }

    /// Sweeps until it is cancelled.
    func run() async {
        do {
            while true {
                try await time.sleep(time.now() + Sweep.interval)
                await sweep()
            }
        } catch {
            // Cancelled: the service closes.
        }
    }

    private func sweep() async {
        do {
            try await settle()
        } catch {
            failed(error)
        }
    }
}
