/// A limit of things done at once: first come, first served.
package actor Slots {
    private var free: Int
    /// By their place in the queue.
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var first = 0
    private var end = 0

    package init(_ count: Int) { free = max(1, count) }

    /// Runs `body` when there is room. It is run in a cancelled task too, and finds out by itself.
    package func use<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiter in
                waiting[end] = waiter
                end += 1
            }
        }
        let value = await body()
        if let next = waiting.removeValue(forKey: first) {
            first += 1
            next.resume()
        } else {
            free += 1
        }
        return value
    }
}
