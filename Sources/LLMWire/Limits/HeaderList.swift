/// Response headers with names in lower case, each with its values in the order they came.
struct HeaderList: Sendable, Hashable {
    private var fields: [String: [String]] = [:]

    init(_ headers: [(name: String, value: String)]) {
        for header in headers { fields[header.name.lowercased(), default: []].append(header.value) }
    }

    /// The first value: of a header that may occur once a second one says nothing.
    subscript(name: String) -> String? { fields[name]?.first }
    /// Every value: a proxy may repeat what the provider said.
    func values(_ name: String) -> [String] { fields[name] ?? [] }
    var names: Dictionary<String, [String]>.Keys { fields.keys }
}
