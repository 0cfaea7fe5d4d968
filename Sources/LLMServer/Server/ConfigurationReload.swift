import DirGenCore
import LLMCore
import Logging

/// The reading of a service's configuration again, at a signal or when a file changed; one at a time.
struct ConfigurationReload: Sendable {
    private let live: LiveService
    private let logger: Logger
    /// `nil` where nobody reads metrics.
    private let metrics: ServerMetrics?
    private let wishes: AsyncStream<Void>
    private let wish: AsyncStream<Void>.Continuation

    init(_ live: LiveService, metrics: ServerMetrics?, logger: Logger) {
        self.live = live
        self.metrics = metrics
        self.logger = logger
        (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The files that the configuration is read from.
    var files: FileWatch.Group {
        FileWatch.Group(paths: { live.current.configuration.sources }, changed: { wish.yield() })
    }

    func ask() { wish.yield() }

    /// Reads again whenever it is asked to, until it is cancelled.
    func run() async {
        metrics?.use(MetricVocabulary(of: live.current.configuration))
        metrics?.configurationInUse(since: TimeSource.live.wallMicroseconds())
        for await _ in wishes {
            guard let reload = await live.reload() else { continue }
            metrics?.configurationRead(takenOver: reload.problem == nil ? reload.at : nil)
            if let problem = reload.problem {
                logger.error("configuration not taken over, the one before stays: \(problem)")
                continue
            }
            metrics?.use(MetricVocabulary(of: live.current.configuration))
            logger.notice(
                "configuration taken over", metadata: ["file": "\(live.current.configuration.file ?? "none")"])
            for part in reload.waiting {
                logger.warning("\(part) of the configuration changed, and counts after a restart")
            }
        }
    }
}

extension MetricVocabulary {
    /// The names of a configuration: its providers with the models that are priced, listed by them or named in it.
    init(of configuration: Configuration) {
        let named = configuration.providers.flatMap { $0.benchModels + [$0.defaultModel] }
        let aliased = configuration.aliases.values.compactMap { wish in
            if case .model(let model) = wish.choice { model } else { nil as ModelID? }
        }
        self.init(
            models: configuration.prices.models.map(\.model) + named + aliased,
            providers: configuration.providers.map(\.name), tasks: configuration.aliases.values.compactMap(\.task))
    }
}

extension LiveService {
    /// The state of the service for whoever watches it; a configuration that was not taken over does not keep it from answering.
    ///
    /// - Parameter showsReason: The reader may learn names of files.
    func readiness(showsReason: Bool) -> (isReady: Bool, words: String) {
        let problem = lastReload?.problem.map { reason in
            "the configuration was changed and not taken over\(showsReason ? ": \(reason)" : "; the log says why")\n"
        }
        let isReady = current.canCall
        return (isReady, (isReady ? "ready\n" : "no provider can be called\n") + (problem ?? ""))
    }
}
