/// Response headers with names in lower case, each with its values in the order they came.
///
/// A list: a response has a dozen or two, and a look through them is quicker than a table that is made for each.
struct HeaderList: Sendable, Hashable {
    private struct Field: Sendable, Hashable {
        var name: String
        var values: [String]
    }
    private var fields: [Field] = []

    init(_ headers: [(name: String, value: String)]) {
        fields.reserveCapacity(headers.count)
        for header in headers {
            let name = header.name.lowercased()
            if let index = fields.firstIndex(where: { $0.name == name }) {
                fields[index].values.append(header.value)
            } else {
                fields.append(Field(name: name, values: [header.value]))
            }
        }
    }

    /// The first value: of a header that may occur once a second one says nothing.
    subscript(name: String) -> String? { fields.first { $0.name == name }?.values.first }
    /// Every value: a proxy may repeat what the provider said.
    func values(_ name: String) -> [String] { fields.first { $0.name == name }?.values ?? [] }
    var names: some Sequence<String> { fields.lazy.map(\.name) }
}
