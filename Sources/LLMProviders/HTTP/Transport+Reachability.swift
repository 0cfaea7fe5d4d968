import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension Transport {
    /// Returns `true` when a server answers at the address in time, with any status.
    public func answers(at url: BaseURL, within limit: Duration) async -> Bool {
        let (address, host) = route(url.description + "/", of: url)
        var request = HTTPClientRequest(url: address)
        if let host { request.headers.add(name: "host", value: host) }
        do {
            _ = try await client(for: url).execute(request, timeout: TimeAmount(limit))
            return true
        } catch {
            return false
        }
    }
}
