extension String {
    /// The text as it may stand in a reason: control characters as spaces, cut to `limit` characters, in quotes.
    func shown(limit: Int = 80) -> String {
        let head = unicodeScalars.prefix(limit + 1)
        var out = "\""
        for scalar in head.prefix(limit) { out.unicodeScalars.append(scalar.isShowable ? scalar : " ") }
        return out + (head.count > limit ? "…\"" : "\"")
    }
}

extension Unicode.Scalar {
    /// Neither a control character nor one that turns or hides the text around it: answers come from outside.
    fileprivate var isShowable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
