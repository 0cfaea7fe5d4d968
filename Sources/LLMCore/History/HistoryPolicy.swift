/// When the older turns of a conversation are put into a summary, and how much stays as it is.
///
/// Tokens are estimated: a quarter of the UTF-8 bytes, and four a message.
public struct HistoryPolicy: Sendable, Hashable, Codable {
    /// Tokens of turns, the summarised ones left out, above which older turns are summarised.
    public var above: Int
    /// Most tokens of the newest turns that then stay as they are; the newest turn always does.
    public var keep: Int
    /// Most tokens of the summary.
    public var summary: Int

    public init(above: Int = 16_000, keep: Int = 4_000, summary: Int = 1_000) {
        self.above = above
        self.keep = keep
        self.summary = summary
    }
}
