/// The origin of a call: the bench or live use.
public enum CallOrigin: String, Sendable, Hashable, Codable {
    case bench, live
}
