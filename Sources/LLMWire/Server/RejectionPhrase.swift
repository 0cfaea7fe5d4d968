import LLMCore

/// The error messages with which each provider refuses a request.
enum RejectionPhrase {
    struct Words: Sendable {
        var message: String
        var code: String?
        var status: Int?
        init(_ message: String, code: String? = nil, status: Int? = nil) {
            self.message = message
            self.code = code
            self.status = status
        }
    }

    static func words(_ rejection: RequestRejection, _ shape: ServerFlavour.ErrorShape) -> Words {
        switch shape {
        case .openai: openai(rejection)
        case .groq: Words(groq(rejection))
        case .xai: xai(rejection)
        case .anthropic: Words(anthropic(rejection))
        case .gemini: Words(gemini(rejection))
        case .llamaCpp: Words(llamaCpp(rejection))
        case .plainText:
            Words(rejection == RequestRejection("model", .missing) ? "model is required" : "invalid request")
        }
    }

    private static func openai(_ rejection: RequestRejection) -> Words {
        let field = rejection.field
        switch rejection.problem {
        case .invalidJSON(let reason):
            return Words(
                "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The parser said: \(reason))"
            )
        case .missing: return Words("Missing required parameter: '\(field)'.", code: "missing_required_parameter")
        case .wrongType(let expected, let found):
            return Words(
                "Invalid type for '\(field)': expected \(article(expected)), but got \(article(found)) instead.",
                code: "invalid_type")
        case .outOfRange(let value, let minimum, let maximum):
            let below = value.double < minimum
            let kind = value.int == nil || maximum.isFinite ? "decimal" : "integer"
            let bound = below ? ">= \(plain(minimum))" : "<= \(plain(maximum))"
            return Words(
                "Invalid '\(field)': \(kind) \(below ? "below minimum" : "above maximum") value. Expected a value \(bound), but got \(value.literal) instead.",
                code: "\(kind)_\(below ? "below_min" : "above_max")_value")
        case .unknownValue(let value, let allowed):
            let list = allowed.map { "'\($0)'" }.joined(separator: ", ")
            return Words("Invalid value: '\(value)'. Supported values are: \(list).", code: "invalid_value")
        case .unsupported(let instead):
            let hint = instead.map { " Use '\($0)' instead." } ?? ""
            return Words(
                "Unsupported parameter: '\(field)' is not supported with this model.\(hint)",
                code: "unsupported_parameter")
        case .empty:
            return Words(
                "Invalid '\(field)': empty array. Expected an array with minimum length 1, but got an empty array instead.",
                code: "empty_array")
        }
    }

    private static func groq(_ rejection: RequestRejection) -> String {
        let field = rejection.field
        return switch rejection.problem {
        case .invalidJSON: "could not parse JSON body, please check that it is valid JSON"
        case .missing: "'\(field)' : property '\(field)' is missing"
        case .wrongType(let expected, _): "'\(field)' : value must be \(article(expected))"
        case .outOfRange(let value, let minimum, let maximum):
            value.double < minimum
                ? "'\(field)' : number must be at least \(plain(minimum))"
                : "'\(field)' : number must be at most \(plain(maximum))"
        case .unknownValue(let value, _): "'\(field)' : '\(value)' is not one of the allowed values"
        case .unsupported: "'\(field)' : property '\(field)' is unsupported"
        case .empty: "'\(field)' : minimum number of items is 1"
        }
    }

    private static func xai(_ rejection: RequestRejection) -> Words {
        let field = rejection.field
        let deserialize = "Failed to deserialize the JSON body into the target type:"
        switch rejection.problem {
        case .invalidJSON(let reason):
            return Words("Failed to parse the request body as JSON: \(reason)", status: 400)
        case .missing: return Words("\(deserialize) missing field `\(field)`", status: 422)
        case .wrongType(let expected, let found):
            return Words("\(deserialize) \(field): invalid type: \(found), expected \(article(expected))", status: 422)
        case .outOfRange(let value, let minimum, let maximum):
            let top = maximum.isFinite ? " and at most \(plain(maximum))" : ""
            return Words("Invalid value for \(field): \(value.literal) must be at least \(plain(minimum))\(top).")
        case .unknownValue(let value, let allowed):
            let list = allowed.map { "`\($0)`" }.joined(separator: ", ")
            return Words("\(deserialize) \(field): unknown variant `\(value)`, expected one of \(list)", status: 422)
        case .unsupported: return Words("Argument not supported on this model: \(field)")
        case .empty: return Words("\(field) must not be empty.")
        }
    }

    private static func anthropic(_ rejection: RequestRejection) -> String {
        let field = rejection.field
        return switch rejection.problem {
        case .invalidJSON(let reason): "The request body is not valid JSON: \(reason)"
        case .missing: "\(field): Field required"
        case .wrongType(let expected, _): "\(field): Input should be a valid \(expected)"
        case .outOfRange(let value, let minimum, let maximum):
            maximum.isFinite
                ? "\(field): range: \(plain(minimum))..\(plain(maximum))"
                : "\(field): Input should be greater than or equal to \(plain(minimum)), got \(value.literal)"
        case .unknownValue(_, let allowed):
            "\(field): Input should be \(allowed.map { "'\($0)'" }.joined(separator: " or "))"
        case .unsupported: "\(field): Extra inputs are not permitted"
        case .empty: "\(field): at least one message is required"
        }
    }

    private static func gemini(_ rejection: RequestRejection) -> String {
        let field = "GenerateContentRequest.\(rejection.field)"
        return switch rejection.problem {
        case .invalidJSON(let reason): "Invalid JSON payload received. \(reason)"
        case .missing, .empty: "* \(field): \(rejection.field) is not specified\n"
        case .wrongType(let expected, _): "Invalid value at '\(rejection.field)' (expected \(expected))"
        case .outOfRange(_, let minimum, let maximum):
            maximum.isFinite
                ? "* \(field): value must be in the range [\(plain(minimum)), \(plain(maximum))].\n"
                : "* \(field): value must be at least \(plain(minimum)).\n"
        case .unknownValue(_, let allowed): "Please use a valid role: \(allowed.joined(separator: ", "))."
        case .unsupported: "Invalid JSON payload received. Unknown name \"\(rejection.field)\": Cannot find field."
        }
    }

    private static func llamaCpp(_ rejection: RequestRejection) -> String {
        let field = rejection.field
        return switch rejection.problem {
        case .invalidJSON(let reason): "[json.exception.parse_error.101] parse error: \(reason)"
        case .missing: "'\(field)' is required"
        case .wrongType(let expected, let found):
            "Field '\(field)': [json.exception.type_error.302] type must be \(expected), but is \(found)"
        case .outOfRange, .unknownValue: "Field '\(field)': invalid value"
        case .unsupported: "Field '\(field)' is not supported"
        case .empty: "'\(field)' must not be empty"
        }
    }

    private static func plain(_ value: Double) -> String { JSONNumber(value)?.literal ?? "\(value)" }

    private static func article(_ word: String) -> String {
        let vowel = word.first.map { "aeiou".contains($0) } ?? false
        return word == "null" ? word : "\(vowel ? "an" : "a") \(word)"
    }
}
