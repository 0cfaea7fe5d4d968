public import LLMCore

/// The options of a simulator.
public struct SimulatorOptions: Sendable {
    /// Known prompts with their good answers.
    public var references: [SimulatorReference]
    public var scenario: Scenario
    /// The seed of every random choice, together with the model, the prompt and the number of earlier requests for it.
    public var seed: UInt64
    /// Multiplies every simulated duration: waiting, streaming, loading, stalls, and the windows of limits.
    public var timeScale: Double
    public var host: String
    /// 0 takes a free one.
    public var port: Int
    /// Writes a reading of the monotonic clock, in nanoseconds, as a comment before each stream event: `: sim-clock 123`.
    /// A request asks for the same with the header `x-sim-stamp: 1`.
    public var stampsEvents: Bool
    /// Entries the request log keeps; older ones are dropped and counted.
    public var requestLogCapacity: Int
    public var time: TimeSource

    public init(
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
public struct SimulatorReference: Sendable, Hashable {
    public var messages: [Message]
    public var answer: String
    public var task: TaskType
    public init(messages: [Message], answer: String, task: TaskType) {
        self.messages = messages
        self.answer = answer
        self.task = task
    }
}
