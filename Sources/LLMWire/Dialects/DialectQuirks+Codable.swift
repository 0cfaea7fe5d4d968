import LLMCore

extension DialectQuirks: Codable {
    private enum CodingKeys: String, CodingKey {
        case pathPrefix = "path_prefix"
        case outputLimitField = "output_limit_field"
        case defaultOutputLimit = "default_output_limit"
        case maximumTemperature = "maximum_temperature"
        case asksForStreamUsage = "asks_for_stream_usage"
        case systemRole = "system_role"
        case omittedFields = "omitted_fields"
        case cacheControl = "cache_control"
        case reasoningFields = "reasoning_fields"
        case usagePaths = "usage_paths"
        case reasoningOutsideOutput = "reasoning_outside_output"
        case billedTicksField = "billed_ticks_field"
        case doneMarkerOptional = "done_marker_optional"
        case requestLimitWindow = "request_limit_window"
        case tokenLimitWindow = "token_limit_window"
    }

    public init(from decoder: any Decoder) throws {
        let row = try decoder.container(keyedBy: CodingKeys.self)
        let base = DialectQuirks.generic
        self.init(
            pathPrefix: try row.decodeIfPresent(String.self, forKey: .pathPrefix) ?? base.pathPrefix,
            outputLimitField: try row.decodeIfPresent(String.self, forKey: .outputLimitField) ?? base.outputLimitField,
            defaultOutputLimit: try row.decodeIfPresent(Int.self, forKey: .defaultOutputLimit),
            maximumTemperature: try row.decodeIfPresent(Double.self, forKey: .maximumTemperature),
            asksForStreamUsage: try row.decodeIfPresent(Bool.self, forKey: .asksForStreamUsage)
                ?? base.asksForStreamUsage,
            systemRole: try row.decodeIfPresent(String.self, forKey: .systemRole) ?? base.systemRole,
            omittedFields: try row.decodeIfPresent(Set<String>.self, forKey: .omittedFields) ?? base.omittedFields,
            cacheControl: try row.decodeIfPresent(CacheControlHandling.self, forKey: .cacheControl)
                ?? base.cacheControl,
            reasoningFields: try row.decodeIfPresent([String].self, forKey: .reasoningFields) ?? base.reasoningFields,
            usagePaths: try row.decodeIfPresent([[String]].self, forKey: .usagePaths) ?? base.usagePaths,
            reasoningOutsideOutput: try row.decodeIfPresent(Bool.self, forKey: .reasoningOutsideOutput)
                ?? base.reasoningOutsideOutput,
            billedTicksField: try row.decodeIfPresent(String.self, forKey: .billedTicksField),
            doneMarkerOptional: try row.decodeIfPresent(Bool.self, forKey: .doneMarkerOptional)
                ?? base.doneMarkerOptional,
            requestLimitWindow: try row.decodeIfPresent(LimitWindow.self, forKey: .requestLimitWindow)
                ?? base.requestLimitWindow,
            tokenLimitWindow: try row.decodeIfPresent(LimitWindow.self, forKey: .tokenLimitWindow)
                ?? base.tokenLimitWindow)
    }

    public func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(pathPrefix, forKey: .pathPrefix)
        try row.encode(outputLimitField, forKey: .outputLimitField)
        try row.encodeIfPresent(defaultOutputLimit, forKey: .defaultOutputLimit)
        try row.encodeIfPresent(maximumTemperature, forKey: .maximumTemperature)
        try row.encode(asksForStreamUsage, forKey: .asksForStreamUsage)
        try row.encode(systemRole, forKey: .systemRole)
        try row.encode(omittedFields.sorted(), forKey: .omittedFields)
        try row.encode(cacheControl, forKey: .cacheControl)
        try row.encode(reasoningFields, forKey: .reasoningFields)
        try row.encode(usagePaths, forKey: .usagePaths)
        try row.encode(reasoningOutsideOutput, forKey: .reasoningOutsideOutput)
        try row.encodeIfPresent(billedTicksField, forKey: .billedTicksField)
        try row.encode(doneMarkerOptional, forKey: .doneMarkerOptional)
        try row.encode(requestLimitWindow, forKey: .requestLimitWindow)
        try row.encode(tokenLimitWindow, forKey: .tokenLimitWindow)
    }
}
