import LLMCore
import Testing

@testable import LLMServer

@Suite("The stream of events", .timeLimit(.minutes(1)))
struct EventHubTests {
    private static func call(_ number: Int) -> LiveEvent { LiveEvent(.call, ["id": JSONValue(number)]) }

    private static func names(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("event: ") }
            .map { String($0.dropFirst("event: ".count)) }
    }

    @Test("an event is one block, whatever text is in it")
    func frame() {
        let event = LiveEvent(.call, ["error": "two\nlines\r\ndata: x\n\nevent: y</script>"])
        let text = String(decoding: event.frame, as: UTF8.self)
        #expect(text.hasPrefix("event: call\ndata: {"))
        #expect(text.hasSuffix("}\n\n"))
        #expect(text.split(separator: "\n").count == 2)
    }

    @Test("a queue keeps the newest calls and says how many it dropped; of status and traffic it keeps the last")
    func bounded() {
        var queue = EventQueue(limit: 3)
        for number in 1...20 {
            queue.push(Self.call(number))
            queue.push(LiveEvent(.traffic, ["n": JSONValue(number)]))
        }
        let text = String(decoding: queue.drain(), as: UTF8.self)
        #expect(Self.names(Array(text.utf8)) == ["skipped", "call", "call", "call", "traffic"])
        #expect(text.contains(#"{"calls":17}"#))
        #expect(text.contains(#"{"id":18}"#) && text.contains(#"{"id":20}"#) && !text.contains(#"{"id":17}"#))
        #expect(text.contains(#"{"n":20}"#) && !text.contains(#"{"n":19}"#))
        #expect(queue.isEmpty)
        #expect(queue.drain().isEmpty)
    }

    @Test("a late listener gets the newest of each kind, and nothing of before all had left")
    func lateListener() async throws {
        let hub = EventHub()
        let first = try #require(hub.join())
        hub.publish((1...(EventHub.recentCalls + 5)).map(Self.call))
        hub.publish([LiveEvent(.status, ["n": 1]), LiveEvent(.status, ["n": 2]), .heartbeat])
        let second = try #require(hub.join())
        hub.end()
        var bytes: [UInt8] = []
        try await second.forEach { bytes += $0 }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(Self.names(bytes).count { $0 == "call" } == EventHub.recentCalls)
        #expect(text.contains(#"{"n":2}"#) && !text.contains(#"{"n":1}"#))
        #expect(!text.contains(": alive"))
        hub.leave(first)
        hub.leave(second)

        let other = EventHub()
        let gone = try #require(other.join())
        other.publish([Self.call(1)])
        other.leave(gone)
        let fresh = try #require(other.join())
        other.end()
        var later: [UInt8] = []
        try await fresh.forEach { later += $0 }
        #expect(later.isEmpty)
    }

    @Test("listeners are bounded, and a place is free again when one leaves")
    func listeners() throws {
        let hub = EventHub(maxListeners: 2)
        let first = try #require(hub.join())
        let second = try #require(hub.join())
        #expect(hub.isFull)
        #expect(hub.join() == nil)
        hub.leave(first)
        #expect(!hub.isFull)
        #expect(hub.join() != nil)
        hub.leave(second)
        hub.end()
        #expect(hub.join() == nil)
        #expect(!hub.hasListeners)
    }
}
