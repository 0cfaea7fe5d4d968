/// Work that must outlive the caller who caused it: `withDirGen` owns the task group that runs it and waits for it at the end.
///
/// Jobs run beside each other: a shared call is one, and lasts as long as its answer.
public struct BackgroundWork: Sendable {
    public typealias Job = @Sendable () async -> Void
    private let hand: @Sendable (@escaping Job) -> Void

    public init(_ hand: @escaping @Sendable (@escaping Job) -> Void) { self.hand = hand }

    func submit(_ job: @escaping Job) { hand(job) }
}
