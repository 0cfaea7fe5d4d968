import ArgumentParser
import DirGenAPI

/// The options of a command that listens on an address.
struct ListenOptions<Command: ListeningCommand>: ParsableArguments {
    @Option(help: "Address to listen on.", transform: TextArgument.name)
    var host = "127.0.0.1"

    @Option(
        parsing: .unconditional, help: "Port to listen on; 0 takes a free one.",
        transform: NumberArgument.whole(0...65_535))
    var port = Command.usualPort

    /// The error when the address cannot be taken.
    func failure(_ error: any Error) -> CommandError {
        CommandError(
            .usage, "cannot listen on \(host):\(port): \(Self.reason(error))",
            hint: "choose another --host or --port; --port 0 takes a free one")
    }

    /// The system's own words: an error of a socket reads `bind(descriptor:ptr:bytes:): Address already in use) (errno: 98)`.
    private static func reason(_ error: any Error) -> String {
        let text = "\(error)"
        let tail = text.firstRange(of: ":): ").map { text[$0.upperBound...] } ?? text[...]
        let words = tail.firstRange(of: " (errno").map { tail[..<$0.lowerBound] } ?? tail
        return String(words.hasSuffix(")") && !words.contains("(") ? words.dropLast() : words)
    }
}

/// A command that listens on an address.
protocol ListeningCommand {
    /// 0 takes a free one.
    static var usualPort: Int { get }
}
