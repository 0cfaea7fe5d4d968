import NIOCore
import NIOHTTP1
import Synchronization

@testable import ClientConnections

/// A reader that notes what it is told.
final class RecordingReader: HTTP1ResponseReader {
    private let notes = Mutex<[String]>([])
    /// It has room for no more than this many pieces until it is told to go on.
    private let room: Int
    private let end: AsyncStream<Never>.Continuation
    private let ended: AsyncStream<Never>

    init(room: Int = .max) {
        self.room = room
        (ended, end) = AsyncStream.makeStream()
    }

    var seen: [String] { notes.withLock(\.self) }

    /// What it was told, once the response is over.
    func all() async -> [String] {
        for await _ in ended {}
        return seen
    }

    func wrote(_ exchange: HTTP1Exchange, firstOn openedAt: ContinuousClock.Instant?) {
        note(openedAt == nil ? "wrote on a kept connection" : "wrote on a new connection")
    }

    func received(_ exchange: HTTP1Exchange, head: HTTPResponseHead) { note("\(head.status.code)") }

    func received(_ exchange: HTTP1Exchange, body: ByteBuffer) -> Bool {
        note(String(buffer: body))
        return seen.count < room
    }

    func finished(_ exchange: HTTP1Exchange) {
        note("finished")
        end.finish()
    }

    func failed(_ exchange: HTTP1Exchange, error: any Error) {
        note((error as? ConnectionError).map { "\($0)" } ?? "\(type(of: error))")
        end.finish()
    }

    private func note(_ text: String) { notes.withLock { $0.append(text) } }
}
