/// An error in a PCCE, with its place.
public struct ProfileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `perfiles_agentes[1].restricciones.costo_max_usd`.
    public var path: String
    public var message: String

    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
