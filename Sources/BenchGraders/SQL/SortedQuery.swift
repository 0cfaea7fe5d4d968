import BenchCore

/// A query with an ORDER BY of its own, which can be continued: rows that are alike by it then come in two opposite orders.
struct SortedQuery {
    private let head: String
    private let tail: String

    /// - Returns: `nil` for a query whose result has no order.
    init?(_ sql: String) {
        let words = SQLWords(sql)
        guard let order = words.all.indices.last(where: { words.isOrder(at: $0) }) else { return nil }
        let limit = words.all[order...].first { $0.text == "limit" }
        let bytes = Array(sql.utf8)
        let end = limit?.start ?? words.end
        head = String(decoding: bytes[..<end], as: UTF8.self)
        tail = limit == nil ? "" : String(decoding: bytes[end..<words.end], as: UTF8.self)
    }

    /// The query sorted further by the columns of its result.
    func continued(by columns: Int, descending: Bool) -> String {
        let terms = (1...max(1, columns)).map { ", \($0)\(descending ? " DESC" : "")" }
        return head + terms.joined() + " " + tail
    }

    /// The runs of rows that are alike by the order: those that two opposite continuations have between two places where they had the
    /// same rows. What follows the last such place, as where a LIMIT cuts a run, is not told.
    static func ties(_ ascending: [[SQLValue]], _ descending: [[SQLValue]]) -> [Range<Int>] {
        guard ascending.count == descending.count else { return [] }
        var balance: [[SQLValue]: Int] = [:]
        func add(_ row: [SQLValue], _ count: Int) {
            balance[row, default: 0] += count
            if balance[row] == 0 { balance[row] = nil }
        }
        var ties: [Range<Int>] = []
        var start = 0
        for place in ascending.indices {
            add(ascending[place], 1)
            add(descending[place], -1)
            guard balance.isEmpty else { continue }
            ties.append(start..<(place + 1))
            start = place + 1
        }
        return ties
    }
}

/// The words of a query outside brackets, literals, quoted names and comments, in small letters.
private struct SQLWords {
    struct Word {
        var text: String
        var start: Int
    }

    private(set) var all: [Word] = []
    /// The end of the last token; a semicolon is none.
    private(set) var end = 0

    init(_ sql: String) {
        let bytes = Array(sql.utf8)
        var place = 0
        var depth = 0
        func skip(to mark: UInt8) {
            place += 1
            while place < bytes.count, bytes[place] != mark { place += 1 }
            place = min(place + 1, bytes.count)
        }
        while place < bytes.count {
            let start = place
            switch bytes[place] {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): skip(to: bytes[place])
            case UInt8(ascii: "["): skip(to: UInt8(ascii: "]"))
            case UInt8(ascii: "-") where bytes[place...].starts(with: "--".utf8):
                skip(to: 0x0A)
                continue
            case UInt8(ascii: "/") where bytes[place...].starts(with: "/*".utf8):
                place += 2
                while place < bytes.count, !bytes[place...].starts(with: "*/".utf8) { place += 1 }
                place = min(place + 2, bytes.count)
                continue
            case UInt8(ascii: "("):
                depth += 1
                place += 1
            case UInt8(ascii: ")"):
                depth -= 1
                place += 1
            case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ";"):
                place += 1
                continue
            case let byte where SQLWords.isWordPart(byte):
                while place < bytes.count, SQLWords.isWordPart(bytes[place]) { place += 1 }
                let text = String(decoding: bytes[start..<place], as: UTF8.self).lowercased()
                if depth == 0 { all.append(Word(text: text, start: start)) }
            default: place += 1
            }
            end = place
        }
    }

    func isOrder(at index: Int) -> Bool {
        all[index].text == "order" && index + 1 < all.count && all[index + 1].text == "by"
    }

    private static func isWordPart(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte)
    }
}
