package import LLMCore

/// The options of a simulator.
package struct SimulatorOptions: Sendable {
    /// Known prompts with their good answers.
    package var references: [SimulatorReference]
    package var scenario: Scenario
    /// The seed of every random choice, together with the model, the prompt and the number of earlier requests for it.
    package var seed: UInt64
    /// Multiplies every simulated duration: waiting, streaming, loading, stalls, and the windows of limits.
    package var timeScale: Double
    package var host: String
    /// 0 takes a free one.
    package var port: Int
    /// Writes a reading of the monotonic clock, in nanoseconds, as a comment before each stream event: `: sim-clock 123`.
    /// A request asks for the same with the header `x-sim-stamp: 1`.
    package var stampsEvents: Bool
    /// Entries the request log keeps; older ones are dropped and counted.
    package var requestLogCapacity: Int
    package var time: TimeSource

    package init(
        references: [SimulatorReference] = [], scenario: Scenario = .init(), seed: UInt64 = 1, timeScale: Double = 1,
        host: String = "127.0.0.1", port: Int = 0, stampsEvents: Bool = false, requestLogCapacity: Int = 10_000,
        time: TimeSource = .live
    ) {
        self.references = references
        self.scenario = scenario
        self.seed = seed
        self.timeScale = timeScale
        self.host = host
        self.port = port
        self.stampsEvents = stampsEvents
        self.requestLogCapacity = requestLogCapacity
        self.time = time
    }
}

/// A prompt, an answer known to be good, and the kind of work it is.
package struct SimulatorReference: Sendable, Hashable {
    package var messages: [Message]
    package var answer: String
    package var task: TaskType
    package init(messages: [Message], answer: String, task: TaskType) {
        self.messages = messages
        self.answer = answer
        self.task = task
    }
}
