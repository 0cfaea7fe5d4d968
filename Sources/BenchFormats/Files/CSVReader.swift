/// A reader of separated values (RFC 4180): quoted fields may hold delimiters, doubled quotes and line breaks.
struct CSVReader {
    /// One record, with the line it begins in.
    struct Record: Hashable {
        var line: Int
        var fields: [String]
    }

    struct Fault: Error, Hashable {
        var line: Int
        var message: String
    }

    /// The character between fields.
    enum Delimiter: UInt8, CaseIterable {
        case comma = 0x2C
        /// Spreadsheets write it where the decimal mark is a comma.
        case semicolon = 0x3B
        case tab = 0x09
    }

    private let bytes: [UInt8]
    private let delimiter: UInt8
    private var place: Int
    private var line = 1

    /// - Parameter bytes: UTF-8, with or without a byte order mark.
    init(_ bytes: [UInt8], delimiter: Delimiter = .comma) {
        self.bytes = bytes
        self.delimiter = delimiter.rawValue
        place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next record; blank lines are passed over. `nil` at the end.
    mutating func next() throws(Fault) -> Record? {
        while place < bytes.count, bytes[place] == 0x0A || bytes[place] == 0x0D {
            if bytes[place] == 0x0A { line += 1 }
            place += 1
        }
        guard place < bytes.count else { return nil }
        var record = Record(line: line, fields: [])
        while true {
            let isQuoted = place < bytes.count && bytes[place] == UInt8(ascii: "\"")
            record.fields.append(isQuoted ? try quoted(from: record.line) : try plain())
            guard place < bytes.count, bytes[place] == delimiter else { break }
            place += 1
        }
        return record
    }

    private mutating func plain() throws(Fault) -> String {
        let start = place
        while place < bytes.count, bytes[place] != delimiter, bytes[place] != 0x0A, bytes[place] != 0x0D {
            place += 1
        }
        return try text(bytes[start..<place])
    }

    private mutating func quoted(from first: Int) throws(Fault) -> String {
        place += 1
        var start = place
        var content: [UInt8] = []
        while true {
            guard place < bytes.count else { throw Fault(line: first, message: "a quoted field does not end") }
            if bytes[place] == 0x0A { line += 1 }
            guard bytes[place] == UInt8(ascii: "\"") else {
                place += 1
                continue
            }
            content += bytes[start..<place]
            place += 1
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { break }
            // A doubled quote stands for one.
            start = place
            place += 1
        }
        let rest = place < bytes.count ? bytes[place] : 0x0A
        guard rest == delimiter || rest == 0x0A || rest == 0x0D else {
            throw Fault(line: line, message: "something follows a quoted field")
        }
        return try text(content[...])
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(Fault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Fault(line: line, message: "not UTF-8")
        }
        return text
    }
}

extension CSVReader.Delimiter {
    /// The delimiter that stands most often in the first line, quoted fields aside; a comma where none does.
    init(of bytes: [UInt8]) {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in bytes.drop(while: { $0 == 0x0A || $0 == 0x0D }) {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 0x0A || byte == 0x0D { break }
            counts[byte, default: 0] += 1
        }
        // The first of several that are as frequent.
        self = Self.allCases.reduce(.comma) { most, next in
            counts[next.rawValue, default: 0] > counts[most.rawValue, default: 0] ? next : most
        }
    }
}
