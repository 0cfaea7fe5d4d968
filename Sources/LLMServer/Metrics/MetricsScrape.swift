import LLMCore

/// The response to a scrape: gauges that are read as a whole, read anew within a time limit, and all series as text.
struct MetricsScrape: Sendable {
    /// A reading of gauges; it publishes them by itself, so that one that is late changes nothing of the others.
    typealias Reading = @Sendable (MetricsRegistry) async -> Void

    let registry: MetricsRegistry
    let readings: [Reading]
    let time: TimeSource
    /// A scrape that waits longer shows the gauges of the one before.
    let limit: Duration

    init(
        _ registry: MetricsRegistry, readings: [Reading] = [], time: TimeSource = .live, limit: Duration = .seconds(1)
    ) {
        self.registry = registry
        self.readings = readings
        self.time = time
        self.limit = limit
    }

    /// - Parameter accept: The header of the request.
    func response(accept: String?) async -> (contentType: String, body: [UInt8]) {
        await refresh()
        let format = ExpositionFormat(accept: accept)
        return (format.contentType, Exposition.bytes(of: registry.snapshot(), as: format))
    }

    /// Reads all gauges anew, as far as they answer within the limit.
    func refresh() async {
        let end = time.now() + limit
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                try? await time.sleep(end)
                return false
            }
            for reading in readings {
                group.addTask {
                    await reading(registry)
                    return true
                }
            }
            var left = readings.count
            while left > 0, await group.next() == true { left -= 1 }
            group.cancelAll()
        }
    }
}
