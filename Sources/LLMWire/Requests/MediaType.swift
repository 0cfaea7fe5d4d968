#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Names of media types as providers compare them.
enum MediaType {
    private static let registered = [
        "image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-png": "image/png",
        "application/x-pdf": "application/pdf",
    ]
    private static let plainLetters: Set<String> = ["utf-8", "utf8", "us-ascii", "ascii"]

    /// The registered name in lower case. Of its parameters those stay that say how the bytes are to be read: the rate of sound, letters
    /// other than UTF-8's.
    static func canonical(_ type: String) -> String {
        let fields = type.split(separator: ";").map { String($0).trimmed.lowercased() }
        guard let first = fields.first else { return "" }
        let name = registered[first] ?? first
        let parameters = fields.dropFirst().filter { parameter in
            if name.hasPrefix("audio/") || name.hasPrefix("video/") { return !parameter.isEmpty }
            guard name.hasPrefix("text/"), parameter.hasPrefix("charset=") else { return false }
            return !plainLetters.contains(parameter.dropFirst("charset=".count).filter { $0 != "\"" })
        }
        return ([name] + parameters).joined(separator: ";")
    }
}

/// A `data:` address taken apart, as RFC 2397 has it.
struct DataURL {
    /// As it was written, with its parameters; empty where it names none.
    let mediaType: String
    let base64: String

    /// - Returns: `nil` for any other address.
    init?(_ url: String) {
        guard url.prefix(5).lowercased() == "data:", let comma = url.firstIndex(of: ",") else { return nil }
        var fields = url[..<comma].dropFirst(5).split(separator: ";", omittingEmptySubsequences: false)
        let data = url[url.index(after: comma)...]
        if fields.count > 1, fields.last.map({ String($0).trimmed.lowercased() }) == "base64" {
            fields.removeLast()
            base64 = String(data)
        } else {
            base64 = Data(PercentEncoding.decodedBytes(data)).base64EncodedString()
        }
        mediaType = fields.joined(separator: ";")
    }
}
