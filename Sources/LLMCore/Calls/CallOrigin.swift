/// Who made a call.
public enum CallOrigin: String, Sendable, Hashable, Codable {
    case bench, live
}
