/// A limit of things done at once: first come, first served.
actor Slots {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = max(1, count) }

    /// Runs `body` when there is room. It is run in a cancelled task too, and finds out by itself.
    func use<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
        let value = await body()
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
        return value
    }
}
