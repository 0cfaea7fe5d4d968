/// The failure of a command, with a message a user can act on.
struct CommandError: Error, Sendable {
    /// The exit codes, and their only spelling.
    enum Code: Int32, Sendable {
        case ok = 0
        case failures = 1
        case usage = 2
        case inconclusive = 3
        case budget = 4
        case providerUnusable = 5
        case interrupted = 130
    }

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
