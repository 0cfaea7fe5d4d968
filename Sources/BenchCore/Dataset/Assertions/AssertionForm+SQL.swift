import LLMCore

extension AssertionForm {
    /// A query that is run on the rows of `schema`; the expected result is a query's, or given.
    static let sql = AssertionForm(["schema", "query", "rows", "ordered", "columns", "then"]) {
        field, assertion, errors in
        _ = field.needed("schema", of: .sql, "CREATE TABLE and INSERT statements", &errors)?.name(&errors)
        for key in ["query", "then"] { _ = field[key]?.name(&errors) }
        for key in ["ordered", "columns"] { _ = field[key]?.flag(&errors) }
        if (field["query"] == nil) == (field["rows"] == nil) {
            errors.append(field.error("sql needs a \"query\" or \"rows\", and not both"))
        }
        if let columns = field["columns"], columns.value.bool == true, field["query"] == nil {
            errors.append(columns.error("names of columns are compared with those of a \"query\""))
        }
        checkRows(field["rows"], &errors)
    }

    private static func checkRows(_ field: Field?, _ errors: inout [FieldError]) {
        guard let rows = field?.array(&errors, "an array of rows") else { return }
        var width: Int?
        for row in rows {
            guard let values = row.array(&errors, "a row: an array of values") else { continue }
            if let width, width != values.count {
                errors.append(row.error("expected \(width) values as in the first row, found \(values.count)"))
            }
            width = width ?? values.count
            for value in values where value.value.array != nil || value.value.object != nil || value.value.bool != nil {
                errors.append(value.error("expected a number, a string or null, found \(value.value.kind)"))
            }
        }
    }

    /// Tables that must occur, or nothing.
    static let isSQL = AssertionForm(["value"]) { field, assertion, errors in
        assertion.value = field["value"]?.value
        guard let value = field["value"], value.object(&errors) != nil else { return }
        value.onlyMembers(["tables"], &errors)
        value["tables"]?.names(&errors)
    }
}
