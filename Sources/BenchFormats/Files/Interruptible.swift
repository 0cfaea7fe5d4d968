/// Work without a pause that may be cancelled: its loops leave early, and what they then give is nobody's.
enum Interruptible {
    /// - Throws: `CancellationError` in a cancelled task whatever `body` gave, else what `body` throws.
    static func read<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws -> Value {
        let result = Result(catching: body)
        try Task.checkCancellation()
        return try result.get()
    }
}
