/// What known limits say to a call.
enum LimitAdmission: Sendable, Hashable {
    case now
    /// Microseconds since 1970.
    case notBefore(Int64)
    /// The provider never said.
    case unknown
}
