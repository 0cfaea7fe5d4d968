import NIOCore
import NIOHTTP1

/// The encodings of a response's body, undone from the last to the first while it arrives.
///
/// Requests forbid compression, because servers would hold tokens back for it; some compress all the same.
struct ContentDecoder: Sendable {
    private var stages: [BodyDecoder]
    private static let mostEncodings = 4
    /// A body that stands for more is no answer, and memory is finite.
    static let mostBytes = 64 << 20

    init(_ headers: HTTPHeaders) {
        let labels = Self.encodings(in: headers).reversed().compactMap { Self.readable[$0] }
        // Some compress without a word.
        stages = (labels + [.plain]).map { BodyDecoder(label: $0, limit: ContentDecoder.mostBytes) }
    }

    /// `true` when the body is passed on as it came.
    var isPassing: Bool { stages.allSatisfy(\.isPassing) }

    mutating func feed(_ bytes: [UInt8]) throws(Inflater.Fault) -> [UInt8] {
        var bytes = bytes
        for place in stages.indices { bytes = try stages[place].feed(bytes) }
        return bytes
    }

    /// At the end of the body.
    ///
    /// - Returns: What waited, and whether the encoded bytes lack their end.
    mutating func finish() throws(Inflater.Fault) -> (rest: [UInt8], isCut: Bool) {
        var rest: [UInt8] = []
        var isCut = false
        for place in stages.indices {
            if !rest.isEmpty { rest = try stages[place].feed(rest) }
            let end = stages[place].finish()
            rest += end.rest
            isCut = isCut || end.isCut
        }
        return (rest, isCut)
    }

    // MARK: Labels

    private static let readable: [String: BodyDecoder.Label] = [
        "gzip": .gzip, "x-gzip": .gzip, "deflate": .deflate, "x-deflate": .deflate,
    ]
    /// Words in this place that name no compression.
    private static let plain: Set<String> = [
        "", "identity", "none", "utf-8", "utf8", "us-ascii", "iso-8859-1", "7bit", "8bit", "binary", "chunked",
        "aws-chunked",
    ]

    /// The encoding that cannot be undone; `nil` when the body can be read.
    static func unreadable(in headers: HTTPHeaders) -> String? {
        let names = encodings(in: headers)
        guard names.count > mostEncodings || names.contains(where: { readable[$0] == nil }) else { return nil }
        return names.joined(separator: ", ")
    }

    private static func encodings(in headers: HTTPHeaders) -> [String] {
        headers[canonicalForm: "content-encoding"].map { $0.lowercased() }.filter { !plain.contains($0) }
    }
}
