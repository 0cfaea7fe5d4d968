import LLMProviders

/// Looks whether the local server that nobody configured is there.
enum LocalProbe {
    /// A server on this machine answers at once or not at all.
    static let patience = Duration.milliseconds(300)

    static func answers(_ row: ProviderRow, _ transport: Transport) async -> Bool {
        await transport.answers(at: row.baseURL, within: patience)
    }
}
