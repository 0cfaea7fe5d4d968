/// Work that must outlive the caller who caused it: `withDirGen` owns the task group that runs it and waits for it at the end.
public struct BackgroundWork: Sendable {
    public typealias Job = @Sendable () async -> Void
    private let hand: @Sendable (@escaping Job) -> Void

    public init(_ hand: @escaping @Sendable (@escaping Job) -> Void) { self.hand = hand }

    func submit(_ job: @escaping Job) { hand(job) }
}
