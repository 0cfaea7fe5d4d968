import LLMCore

extension ProviderFailure {
    /// A page for people where JSON was expected means a wrong address most of the time: say which.
    func naming(_ endpoint: String) -> ProviderFailure {
        guard message.contains("HTML page") || (300..<400).contains(status ?? 0) else { return self }
        var result = self
        result.message = String((message + " (base URL \(endpoint))").unicodeScalars.prefix(500))
        return result
    }
}
