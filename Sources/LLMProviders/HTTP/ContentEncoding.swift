import NIOHTTP1
import NIOHTTPCompression

/// The compression of an answer that was asked for without any: what the HTTP client undoes, and what it cannot.
enum ContentEncoding {
    /// The encoding that cannot be undone; `nil` when the body can be read.
    static func unreadable(in headers: HTTPHeaders) -> String? {
        let names = headers[canonicalForm: "content-encoding"].map { $0.lowercased() }
        let all = names.joined(separator: ", ")
        return readable.contains(all) || all.isEmpty ? nil : all
    }

    private static let readable: Set<String> = ["gzip", "deflate", "identity", "none", "utf-8"]

    /// The compressed bytes are not what they should be, or stand for too many.
    static func isFault(_ error: any Error) -> Bool {
        error is NIOHTTPDecompression.DecompressionError || error is NIOHTTPDecompression.ExtraDecompressionError
    }

    /// They ended before their end.
    static func isCut(_ error: any Error) -> Bool {
        error as? NIOHTTPDecompression.ExtraDecompressionError == .truncatedData
    }
}
