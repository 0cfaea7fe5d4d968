import DirGenAPI

/// The failure of a command, with a message a user can act on.
struct CommandError: Error, Sendable {
    typealias Code = ErrorCode.Exit

    var code: Code
    var message: String
    /// A hint; printed on its own line.
    var hint: String?

    init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
