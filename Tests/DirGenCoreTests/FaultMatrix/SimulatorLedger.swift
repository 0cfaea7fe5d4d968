import AsyncHTTPClient
import LLMCore
import NIOCore
import NIOHTTP1
import ProviderSimulator

/// What the simulator says it served, in its own words.
struct SimulatorLedger {
    let address: SimulatorAddress

    /// Entries after the `number`th in the order their requests came, once nothing is in flight.
    func entries(after number: Int) async throws -> [JSONValue] {
        // A client that left just as its answer began may stay in flight for good.
        let patience = ContinuousClock.now + .seconds(20)
        while try await get("stats")["in_flight"]?.int != 0, ContinuousClock.now < patience {}
        let entries = try await get("ledger?after=\(number)&limit=100000")["entries"]?.array ?? []
        return entries.sorted { ($0["received_ns"]?.int ?? 0) < ($1["received_ns"]?.int ?? 0) }
    }

    func get(_ path: String) async throws -> JSONValue {
        let request = HTTPClientRequest(url: address.origin + "/_sim/" + path)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let body = try await response.body.collect(upTo: 1 << 26)
        return try JSONValue.parse(Array(body.readableBytesView))
    }
}
