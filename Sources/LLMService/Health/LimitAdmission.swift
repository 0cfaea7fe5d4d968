/// The decision of known limits on a call.
enum LimitAdmission: Sendable, Hashable {
    case now
    /// It may go as the one call that looks whether a wait that was cut short is over.
    case probe
    /// Microseconds since 1970.
    case notBefore(Int64)
    /// The provider never said.
    case unknown
}
