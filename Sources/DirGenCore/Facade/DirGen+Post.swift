import LLMProviders

extension DirGen {
    /// Posts a document to an address that is no provider's, as a collector of telemetry.
    ///
    /// - Parameter limit: Bounds everything; cancelling the task closes the connection.
    /// - Throws: For what is no address, and when there is no response.
    package func post(
        _ body: [UInt8], to url: String, headers: [(name: String, value: String)], within limit: Duration
    ) async throws -> (status: Int, retryAfter: String?, body: [UInt8]) {
        let response = try await transport.post(body, to: url, headers: headers, within: limit)
        return (response.status, response.retryAfter, response.body)
    }
}
