import LLMCore
import Logging
import Synchronization

/// A recorder of what the cache did, in the background: a hit waits for no disk.
///
/// One job at a time takes whatever has come since the last, so that a thousand hits are a few transactions.
final class CacheUseRecorder: Sendable {
    private struct Pending: Sendable {
        var counters = CacheCounters()
        var records: [CallRecord] = []
        var dropped = 0
        var isWriting = false

        var isEmpty: Bool { counters.isEmpty && records.isEmpty && dropped == 0 }
    }
    /// Records that may wait to be written; what comes beyond is counted and not kept.
    private static let capacity = 10_000
    /// Records written at once, to share transactions.
    private static let width = 64

    private let cache: AnswerCache
    private let recorder: any CallRecorder
    private let background: BackgroundWork
    private let logger: Logger
    private let pending = Mutex(Pending())

    init(cache: AnswerCache, recorder: any CallRecorder, background: BackgroundWork, logger: Logger) {
        self.cache = cache
        self.recorder = recorder
        self.background = background
        self.logger = logger
    }

    /// Counts a use.
    ///
    /// - Parameters:
    ///   - key: The entry that served.
    ///   - record: A call that is recorded nowhere else, as no model was asked for it.
    func record(
        _ use: CacheUse, in scope: CacheCounters.Scope, key: CacheKey? = nil, record: CallRecord? = nil, at wall: Int64
    ) {
        let begins = pending.withLock { pending in
            pending.counters.add(use.kind, in: scope, saved: use.saved, key: key, at: wall)
            if let record {
                if pending.records.count < CacheUseRecorder.capacity {
                    pending.records.append(record)
                } else {
                    pending.dropped += 1
                }
            }
            defer { pending.isWriting = true }
            return !pending.isWriting
        }
        if begins { background.submit { await self.writeAll() } }
    }

    private func writeAll() async {
        while let batch = take() {
            await cache.write(batch.counters)
            if batch.dropped > 0 {
                logger.warning("cached answers not recorded", metadata: ["cache.dropped": "\(batch.dropped)"])
            }
            for start in stride(from: 0, to: batch.records.count, by: CacheUseRecorder.width) {
                await write(batch.records[start..<min(start + CacheUseRecorder.width, batch.records.count)])
            }
        }
    }

    private func take() -> Pending? {
        pending.withLock { pending in
            guard !pending.isEmpty else {
                pending.isWriting = false
                return nil
            }
            defer { pending = Pending(isWriting: true) }
            return pending
        }
    }

    private func write(_ records: ArraySlice<CallRecord>) async {
        await withDiscardingTaskGroup { group in
            for record in records {
                group.addTask { [recorder, logger] in
                    do {
                        try await recorder.record(record)
                    } catch {
                        logger.error(
                            "call not recorded", metadata: ["llm.call": "\(record.id)", "error": "\(error)"])
                    }
                }
            }
        }
    }
}
