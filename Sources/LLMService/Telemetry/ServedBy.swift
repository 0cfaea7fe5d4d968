import LLMCore

/// The source of an answer, as a metric's label.
enum ServedBy: String, Sendable, Hashable {
    case model, hit, stale, shared
    /// The caller left before the end.
    case nobody

    init(_ use: CacheUse.Kind) {
        switch use {
        case .hit: self = .hit
        case .stale: self = .stale
        case .shared: self = .shared
        case .miss: self = .model
        }
    }
}
