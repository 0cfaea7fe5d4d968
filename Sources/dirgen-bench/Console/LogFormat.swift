import ArgumentParser

/// The format of log lines on standard error.
enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// `warning dirgen: message key=value`.
    case text
    /// One JSON object a line: `ts`, `level`, `logger`, `message`, and the metadata under its dotted names.
    case json
}
