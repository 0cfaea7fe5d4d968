import LLMCore
import LLMProviders
import LLMService
import Synchronization

/// A service whose configuration is read again while it runs: each request gets the newest one, and calls in flight end under theirs.
package final class LiveService: Sendable {
    /// The outcome of reading the configuration again.
    package struct Reload: Sendable, Hashable {
        /// When it was read, in microseconds since 1970.
        package var at: Int64
        /// The mistakes for which it was not taken over; `nil` where it was.
        package var problem: String?
        /// The parts that differ and count only after a restart.
        package var waiting: [String] = []
    }

    /// The means to put a service together anew.
    struct Renewal: Sendable {
        var read: @Sendable () throws -> Configuration
        /// The second is the service before.
        var assemble: @Sendable (Configuration, DirGen) async throws -> DirGen
        var wallMicroseconds: @Sendable () -> Int64
        /// Runs the management of local models.
        var keep: @Sendable (LocalModelManager) -> Void
    }

    private let held: Mutex<DirGen>
    private let last = Mutex<Reload?>(nil)
    /// `nil` for a service that stays as it is.
    private let renewal: Renewal?

    init(_ dirgen: DirGen, _ renewal: Renewal) {
        held = Mutex(dirgen)
        self.renewal = renewal
    }

    /// A service that stays as it is.
    package init(_ dirgen: DirGen) {
        held = Mutex(dirgen)
        renewal = nil
    }

    /// The service for the next request.
    package var current: DirGen { held.withLock(\.self) }

    /// `nil` before the first.
    package var lastReload: Reload? { last.withLock(\.self) }

    /// Reads the configuration again and puts it in place as a whole; one with a mistake, or without a provider that can be called,
    /// changes nothing. One caller at a time.
    ///
    /// - Returns: `nil` for a service that stays as it is.
    @discardableResult
    package func reload() async -> Reload? {
        guard let renewal else { return nil }
        let before = current
        var outcome = Reload(at: renewal.wallMicroseconds())
        do {
            let (configuration, waiting) = try renewal.read().keepingFixedParts(of: before.configuration)
            let next = try await renewal.assemble(configuration, before)
            guard next.canCall || !before.canCall else { throw NothingToCall(skipped: next.skipped) }
            for manager in next.localManagers where !before.localManagers.contains(where: { $0 === manager }) {
                renewal.keep(manager)
            }
            held.withLock { $0 = next }
            outcome.waiting = waiting
            await before.service.health.flush(now: outcome.at)
        } catch {
            outcome.problem = "\(error)"
        }
        last.withLock { [outcome] in $0 = outcome }
        return outcome
    }
}

/// The error of a configuration under which no request could be answered.
private struct NothingToCall: Error, CustomStringConvertible {
    let skipped: [SkippedProvider]

    var description: String {
        "no provider could be called ("
            + skipped.map { "\($0.provider): \($0.reason), \($0.help)" }.joined(separator: "; ") + ")"
    }
}

extension DirGen {
    var localManagers: [LocalModelManager] { service.configuration.targets.values.compactMap(\.localModels) }
}

extension Configuration {
    /// This configuration with the parts of a running one that are open, and cannot be replaced; the names of those that differ.
    fileprivate func keepingFixedParts(of running: Configuration) -> (Configuration, waiting: [String]) {
        var kept = self
        var waiting: [String] = []
        if database != running.database { waiting.append("database") }
        if cacheLimits != running.cacheLimits { waiting.append("cache: disk, entries") }
        if transport.caFile != running.transport.caFile { waiting.append("ca_file") }
        if transport.proxies != running.transport.proxies { waiting.append("proxies") }
        (kept.database, kept.databaseIsDefault) = (running.database, running.databaseIsDefault)
        (kept.cacheLimits, kept.transport) = (running.cacheLimits, running.transport)
        kept.pace = running.pace
        return (kept, waiting)
    }
}
