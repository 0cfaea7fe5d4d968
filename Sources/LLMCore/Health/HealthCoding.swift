// As keys of a dictionary they are members of a JSON object, not elements of a list.
extension AttemptClass: CodingKeyRepresentable {}
extension ProviderID: CodingKeyRepresentable {}
extension KeyFingerprint: CodingKeyRepresentable {}
