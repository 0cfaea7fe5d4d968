/// Response headers with names in lower case.
struct HeaderList: Sendable, Hashable {
    private var fields: [String: String] = [:]

    /// A header that occurs twice is joined with a comma, as HTTP has it.
    init(_ headers: [(name: String, value: String)]) {
        for header in headers {
            let name = header.name.lowercased()
            fields[name] = fields[name].map { "\($0), \(header.value)" } ?? header.value
        }
    }

    subscript(name: String) -> String? { fields[name] }
    var names: Dictionary<String, String>.Keys { fields.keys }
}
