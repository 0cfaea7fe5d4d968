/// A row read back does not have the shape it was written in.
struct RowFormatError: Error, Sendable, Hashable, CustomStringConvertible {
    let field: String
    var description: String { "`\(field)` is missing or of the wrong type" }
}
