import DirGenAPI
import DirGenCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Conversation {
    /// The messages that the arguments of `ask` give; `-` stands for standard input.
    static func read(prompt: String?, file: String?, system: String?) throws -> [Message] {
        let head = system.map { [Message.system($0)] } ?? []
        if let file {
            let bytes = try bytes(of: file)
            return head + (try messages(bytes, name: file == "-" ? "standard input" : file))
        }
        guard prompt == "-" else { return head + [.user(try asking(prompt ?? "", from: "the prompt"))] }
        guard let text = String(validating: try bytes(of: "-"), as: UTF8.self) else {
            throw CommandError(.usage, "standard input is not UTF-8")
        }
        return head + [.user(try asking(text, from: "standard input"))]
    }

    /// Refuses an empty prompt: nothing is sent, and nothing paid, when a pipe delivers nothing or a variable is unset.
    private static func asking(_ text: String, from place: String) throws -> String {
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw CommandError(.usage, "\(place) is empty: there is nothing to ask")
        }
        return text
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        if path == "-" {
            guard let bytes = FileDescriptor.standardInput.readAll() else {
                throw CommandError(.usage, "standard input cannot be read")
            }
            return bytes
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError(.usage, "\(path): cannot be read")
        }
        return Array(data)
    }
}
