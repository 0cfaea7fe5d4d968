/// A page taken apart by a strict reader: every tag closed, every attribute quoted, nothing loose.
struct Page {
    struct Element {
        let name: String
        var attributes: [String: String]
        /// Names of the elements around it, outermost first.
        let path: [String]
        /// Everything between its tags, tags left out, entities kept.
        var text = ""
    }
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }
    private(set) var elements: [Element] = []
    private static let raw: Set<String> = ["style", "script", "title"]

    init(_ bytes: [UInt8]) throws {
        var reader = Reader(bytes)
        try reader.skip("<!DOCTYPE html>\n")
        var open: [Int] = []
        while let byte = reader.peek {
            guard byte == UInt8(ascii: "<") else {
                let text = try reader.text()
                for index in open { elements[index].text += text }
                continue
            }
            if reader.starts(with: "</") {
                let name = try reader.closingName()
                guard let last = open.popLast(), elements[last].name == name else {
                    throw Malformed(description: "</\(name)> closes nothing")
                }
                continue
            }
            let (name, attributes, isClosed) = try reader.tag()
            elements.append(Element(name: name, attributes: attributes, path: open.map { elements[$0].name }))
            guard !isClosed else { continue }
            open.append(elements.count - 1)
            if Page.raw.contains(name) { elements[elements.count - 1].text = try reader.raw(until: "</\(name)>") }
        }
        guard open.isEmpty else { throw Malformed(description: "never closed: \(open.map { elements[$0].name })") }
    }

    func all(_ name: String, _ style: String? = nil) -> [Element] {
        elements.filter { element in
            element.name == name
                && (style == nil
                    || element.attributes["class"]?.split(separator: " ").contains { $0 == style ?? "" } == true)
        }
    }

    private struct Reader {
        private let bytes: [UInt8]
        private var place = 0
        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

        func starts(with text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

        mutating func skip(_ text: String) throws {
            guard starts(with: text) else { throw Malformed(description: "expected \(text) at \(place)") }
            place += text.utf8.count
        }

        mutating func text() throws -> String {
            let start = place
            while let byte = peek, byte != UInt8(ascii: "<") {
                guard byte >= 0x20 || byte == 0x0A || byte == 0x09, byte != 0x7F, byte != UInt8(ascii: ">") else {
                    throw Malformed(description: "byte \(byte) in text at \(place)")
                }
                place += 1
            }
            let text = String(decoding: bytes[start..<place], as: UTF8.self)
            try Reader.checkEntities(text)
            return text
        }

        /// `&` begins one of the five entities, always.
        private static func checkEntities(_ text: String) throws {
            for piece in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
                guard ["amp;", "lt;", "gt;", "quot;", "#39;"].contains(where: piece.hasPrefix) else {
                    throw Malformed(description: "a bare & before \(piece.prefix(20))")
                }
            }
        }

        mutating func raw(until end: String) throws -> String {
            let start = place
            while place < bytes.count, !starts(with: end) { place += 1 }
            let text = String(decoding: bytes[start..<place], as: UTF8.self)
            guard peek != nil else { throw Malformed(description: "no \(end)") }
            return text
        }

        mutating func closingName() throws -> String {
            try skip("</")
            let name = word()
            try skip(">")
            return name
        }

        mutating func tag() throws -> (String, [String: String], Bool) {
            try skip("<")
            let name = word()
            guard !name.isEmpty else { throw Malformed(description: "a loose < at \(place)") }
            var attributes: [String: String] = [:]
            while peek == UInt8(ascii: " ") {
                place += 1
                let key = word()
                try skip("=\"")
                let start = place
                while let byte = peek, byte != UInt8(ascii: "\"") {
                    guard byte != UInt8(ascii: "<"), byte != UInt8(ascii: ">") else {
                        throw Malformed(description: "markup in \(key) at \(place)")
                    }
                    place += 1
                }
                let value = String(decoding: bytes[start..<place], as: UTF8.self)
                try Reader.checkEntities(value)
                guard attributes.updateValue(value, forKey: key) == nil else {
                    throw Malformed(description: "\(key) twice in <\(name)>")
                }
                try skip("\"")
            }
            let isClosed = starts(with: "/>")
            try skip(isClosed ? "/>" : ">")
            return (name, attributes, isClosed)
        }

        private mutating func word() -> String {
            let start = place
            while let byte = peek, Reader.isWord(byte) { place += 1 }
            return String(decoding: bytes[start..<place], as: UTF8.self)
        }

        private static func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
