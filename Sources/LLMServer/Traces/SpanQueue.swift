import Synchronization

/// The spans that wait for their export: a bounded queue between requests, which never wait for it, and the exporter.
final class SpanQueue: Sendable {
    private let limit: Int
    private let batch: Int
    private let spans = Mutex<[FinishedSpan]>([])
    private let dropped: @Sendable (Int) -> Void
    /// An element whenever there may be work: a batch is full, or ``wake()`` was called.
    let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - limit: Spans kept at most; a newer one is dropped.
    ///   - batch: Spans of one export at most.
    ///   - dropped: Called with the number of spans that found no place.
    init(limit: Int, batch: Int, dropped: @escaping @Sendable (Int) -> Void) {
        self.limit = limit
        self.batch = max(1, min(batch, limit))
        self.dropped = dropped
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var count: Int { spans.withLock(\.count) }

    /// Keeps a span that ended, or drops it at once.
    func offer(_ span: FinishedSpan) {
        let kept: Int? = spans.withLock { spans in
            guard spans.count < limit else { return nil }
            spans.append(span)
            return spans.count
        }
        guard let kept else { return dropped(1) }
        // Once for each batch: a signal that was lost would be made up for by the next tick.
        if kept.isMultiple(of: batch) { signal.yield() }
    }

    /// The oldest spans, as many as fit into one export.
    func takeBatch() -> [FinishedSpan] {
        spans.withLock { spans in
            let taken = Array(spans.prefix(batch))
            spans.removeFirst(taken.count)
            return taken
        }
    }

    /// Puts a batch that could not be sent in front again, as far as there is room.
    func putBack(_ batch: [FinishedSpan]) {
        let lost = spans.withLock { spans in
            let room = max(0, limit - spans.count)
            spans.insert(contentsOf: batch.suffix(room), at: 0)
            return max(0, batch.count - room)
        }
        if lost > 0 { dropped(lost) }
    }

    func wake() { signal.yield() }
}
