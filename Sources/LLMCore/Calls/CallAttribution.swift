/// The parties that a call is made for, as spending is divided by: the virtual key it was asked with, and the tags its caller gave.
public struct CallAttribution: Sendable, Hashable {
    /// Name of the virtual key; `nil` where none was shown.
    public var key: String?
    public var tags: [CallTag]

    public init(key: String? = nil, tags: [CallTag] = []) {
        self.key = key
        self.tags = tags
    }
}

/// A word that a caller gives a call, to find its cost by: `team=search`, or `urgent` alone.
public struct CallTag: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let name: String
    public let value: String?

    /// Tags of one call, at most.
    public static let most = 8
    static let longestName = 32
    static let longestValue = 64

    /// - Parameter text: `name` or `name=value`.
    /// - Throws: ``InvalidTag`` for anything else, and for what looks like a secret.
    public init(_ text: String) throws(InvalidTag) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let (name, value) = (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
        guard Self.isName(name), value.map(Self.isValue) ?? true else { throw InvalidTag(.form) }
        guard Redaction.redact(text) == text, value.map({ Redaction.redact($0) == $0 }) ?? true else {
            throw InvalidTag(.secret)
        }
        (self.name, self.value) = (name, value)
    }

    /// Reads tags that commas separate: no more than ``most``, each name once.
    public static func list(_ text: String) throws(InvalidTag) -> [CallTag] {
        var tags: [CallTag] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
            let start = part.drop(while: isBlank)
            let end = start.lastIndex { !isBlank($0) }
            tags.append(try CallTag(end.map { String(start[...$0]) } ?? ""))
        }
        return try checked(tags)
    }

    /// The same tags, if one call may have them together.
    public static func checked(_ tags: [CallTag]) throws(InvalidTag) -> [CallTag] {
        guard tags.count <= most else { throw InvalidTag(.tooMany) }
        guard Set(tags.map(\.name)).count == tags.count else { throw InvalidTag(.twice) }
        return tags
    }

    public var description: String { value.map { "\(name)=\($0)" } ?? name }

    public static func < (left: CallTag, right: CallTag) -> Bool {
        (left.name, left.value ?? "") < (right.name, right.value ?? "")
    }

    private static func isName(_ text: String) -> Bool {
        (1...longestName).contains(text.utf8.count)
            && text.utf8.allSatisfy { isLetterOrDigit($0) || "_.-".utf8.contains($0) }
    }

    private static func isValue(_ text: String) -> Bool {
        (1...longestValue).contains(text.utf8.count)
            && text.utf8.allSatisfy { isLetterOrDigit($0) || "_.-:/@+ ".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

extension CallTag: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do { try self.init(container.decode(String.self)) } catch let error as InvalidTag {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The error for tags that cannot be. It repeats nothing of them.
public struct InvalidTag: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case form, secret, twice
        case tooMany = "too_many"
    }
    public var reason: Reason

    init(_ reason: Reason) { self.reason = reason }

    public var description: String {
        switch reason {
        case .form:
            "expected name or name=value: a name of up to \(CallTag.longestName) letters, digits, '_', '.' and '-', a value of up to \(CallTag.longestValue) of those, ':', '/', '@', '+' and blanks"
        case .secret: "a tag looks like a secret, which is never kept"
        case .twice: "a name is given twice"
        case .tooMany: "more than \(CallTag.most)"
        }
    }
}
