import DirGenAPI
import LLMCore
import Logging

/// Log lines on standard error, one a line.
struct StderrLogHandler: LogHandler {
    let label: String
    let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(label: String, level: Logger.Level, format: LogFormat) {
        self.label = label
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        let line =
            switch format {
            case .text: text(event, facts)
            case .json: json(event, facts, at: TimeSource.live.wallMicroseconds())
            }
        FileDescriptor.standardError.write(line + "\n")
    }

    private func text(_ event: LogEvent, _ facts: Logger.Metadata) -> String {
        let facts = facts.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        return TerminalText.safe("\(event.level) \(label): \(event.message)\(facts)")
    }

    func json(_ event: LogEvent, _ facts: Logger.Metadata, at microseconds: Int64) -> String {
        let line = LogLineDocument(
            time: RFC3339.text(microseconds, decimals: 3),
            level: event.level.rawValue, logger: label, message: event.message.description,
            metadata: facts.mapValues(\.description))
        // A log line is no reason to fail.
        return (try? line.json().text) ?? text(event, facts)
    }
}
