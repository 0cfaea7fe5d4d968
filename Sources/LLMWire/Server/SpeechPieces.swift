#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

import LLMCore

/// The pieces of an answer's sound as one text of base 64.
///
/// A provider ends each piece where it likes. Some clients read the pieces one by one, others join their texts first: both come to the same
/// where a piece is whole samples of two bytes and whole groups of three.
struct SpeechPieces: Sendable {
    private static let group = 6
    private var rest: [UInt8] = []

    /// The text of what can be written now; empty where there is none.
    mutating func take(_ base64: String) -> String {
        rest += Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data()
        let count = rest.count - rest.count % Self.group
        defer { rest.removeFirst(count) }
        return Data(rest[..<count]).base64EncodedString()
    }

    /// The text of the last bytes.
    mutating func flush() -> String {
        defer { rest = [] }
        return Data(rest).base64EncodedString()
    }

    /// All of an answer's sound.
    static func joined(_ files: [FilePart]) -> String {
        var pieces = SpeechPieces()
        let text = files.map { file in
            if case .base64(let data) = file.source { pieces.take(data) } else { "" }
        }
        return text.joined() + pieces.flush()
    }
}

extension AnswerHead {
    /// The name of an answer's sound. Nothing is kept under it: it expires as it is made.
    func speech(data: String) -> JSONValue {
        [
            "id": .string("audio_\(id)"), "data": .string(data), "expires_at": .number(JSONNumber(createdAt)),
            "transcript": "",
        ]
    }
}
