import LLMCore
import LLMService

/// Gauges that are read as a whole when metrics are scraped, from what the service and the server know.
enum GaugeReadings {
    /// The lock, the health of keys and the limits left, of one reading of learnt health.
    static func publish(_ report: HealthReport, to registry: MetricsRegistry) {
        let lock = report.lock.isEngaged ? (report.lock.isProbing ? 0.5 : 1) : 0
        registry.publish(MetricCatalogue.lock, [GaugeSample([], .real(lock))])
        registry.publish(
            MetricCatalogue.keyHealth,
            report.keys.map { key in
                GaugeSample(
                    [key.provider.semanticName, key.key.rawValue], .real(key.condition == .healthy ? 1 : 0))
            })
        publish(MetricCatalogue.limitsRemaining, report.limits, to: registry) { $0.remaining.map { max(0, $0) } }
        publish(MetricCatalogue.limitsAllowed, report.limits, to: registry) { $0.limit.map(Double.init) }
    }

    private static func publish(
        _ family: MetricFamily, _ limits: [HealthReport.Limit], to registry: MetricsRegistry,
        value: (HealthReport.Limit.Window) -> Double?
    ) {
        registry.publish(
            family,
            limits.flatMap { limit in
                limit.windows.compactMap { window in
                    value(window).map { value in
                        GaugeSample(
                            [
                                limit.model.provider.semanticName, limit.model.name, limit.key?.rawValue ?? "none",
                                window.resource.rawValue, window.window.rawValue,
                            ], .real(value))
                    }
                }
            })
    }

    /// The amount left of each budget and the amount it allows; an unlimited one has neither.
    static func publish(_ budgets: [BudgetReading], to registry: MetricsRegistry) {
        registry.publish(
            MetricCatalogue.budgetRemaining, budgets.map { GaugeSample([$0.name], .dollars($0.remaining)) })
        registry.publish(MetricCatalogue.budgetLimit, budgets.map { GaugeSample([$0.name], .dollars($0.limit)) })
    }

    /// - Parameters:
    ///   - derivedAt: Of the table in use, by task, in microseconds since 1970.
    ///   - now: In microseconds since 1970.
    static func publish(tables derivedAt: [TaskType: Int64], now: Int64, to registry: MetricsRegistry) {
        registry.publish(
            MetricCatalogue.tableAge,
            derivedAt.map { task, instant in GaugeSample([task.rawValue], .real(Double(max(0, now - instant)) / 1e6)) })
    }

    static func publish(version: String, swift: String, to registry: MetricsRegistry) {
        registry.publish(MetricCatalogue.build, [GaugeSample([version, swift], .real(1))])
    }
}

/// One budget as it is shown: its name is of the configuration or of a virtual key, never a secret.
struct BudgetReading: Sendable, Hashable {
    var name: String
    var remaining: USD
    var limit: USD
}
