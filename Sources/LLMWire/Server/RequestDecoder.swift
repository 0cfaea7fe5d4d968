import LLMCore

/// Turns a client's bytes into a ``ClientRequest``, for each dialect.
package enum RequestDecoder {
    /// - Parameters:
    ///   - body: The request's body.
    ///   - flavour: The dialect, and what this server refuses.
    ///   - pathModel: The model, where the dialect has it in the path (Gemini).
    ///   - pathStreams: Whether the path asks for a stream (Gemini); ignored by the others.
    /// - Throws: ``RequestRejection``, which names the first member that is wrong.
    package static func decode(
        _ body: [UInt8], flavour: ServerFlavour, pathModel: String? = nil, pathStreams: Bool = false
    ) throws(RequestRejection) -> ClientRequest {
        let value: JSONValue
        do { value = try JSONValue.parse(body) } catch {
            throw RequestRejection("", .invalidJSON(error.description))
        }
        let fields = try FieldReader(value, path: "")
        if let pathModel { try require(pathModel) }
        try refuse(fields, flavour.rules)
        var decoded: ClientRequest =
            switch flavour.dialect {
            case .openai: try decodeChat(fields, flavour.rules)
            case .openaiResponses: try decodeResponses(fields, flavour.rules)
            case .anthropic: try decodeAnthropic(fields, flavour.rules)
            case .gemini: try decodeGemini(fields, flavour.rules, model: pathModel ?? "", streams: pathStreams)
            }
        decoded.request.messages = decoded.request.messages.withCallIDs()
        decoded.body = fields.object
        decoded.request.original = OriginalRequest(dialect: flavour.dialect, body: body)
        return decoded
    }

    private static func refuse(_ fields: FieldReader, _ rules: RequestRules) throws(RequestRejection) {
        for name in rules.refusedFields where fields.value(name) != nil {
            throw RequestRejection(name, .unsupported(instead: nil))
        }
        if rules.onlyOneChoice, let count = try fields.int("n"), count != 1 {
            throw RequestRejection("n", .outOfRange(JSONNumber(count), minimum: 1, maximum: 1))
        }
    }

    /// The name of a model in a path must say something.
    package static func require(_ pathModel: String) throws(RequestRejection) {
        if pathModel.isBlank { throw RequestRejection("model", .missing) }
    }

    static func model(_ fields: FieldReader) throws(RequestRejection) -> String {
        let model = try fields.requiredString("model")
        guard !model.isEmpty else { throw RequestRejection("model", .missing) }
        return model
    }

    /// An image by URL, where `data:` URLs carry the bytes themselves.
    static func image(url: String) -> ImagePart {
        guard let data = DataURL(url) else { return ImagePart(source: .url(url)) }
        return ImagePart(source: .base64(mediaType: data.mediaType, data: data.base64))
    }

    /// A result's text and its images and files, where a dialect allows a string, blocks of both, or any JSON.
    static func resultContent(_ value: JSONValue?) -> (text: String, media: [MessagePart]) {
        guard let value, !value.isNull else { return ("", []) }
        if let text = value.string { return (text, []) }
        guard let blocks = value.array else { return (value.text, []) }
        var texts: [String] = []
        var media: [MessagePart] = []
        for block in blocks {
            if let text = block["text"]?.string {
                texts.append(text)
            } else if let part = resultImage(block).map(MessagePart.image)
                ?? FilePart(block: block).map(MessagePart.file)
            {
                media.append(part)
            } else {
                return (value.text, [])
            }
        }
        return (texts.joined(), media)
    }

    /// The image of a block in any dialect.
    static func resultImage(_ block: JSONValue) -> ImagePart? {
        switch block["type"]?.string {
        case "image_url", "input_image":
            return (block["image_url"]?.string ?? block["image_url"]?["url"]?.string).map(image(url:))
        case "image":
            if let url = block["source"]?["url"]?.string { return ImagePart(source: .url(url)) }
            guard let data = block["source"]?["data"]?.string, let type = block["source"]?["media_type"]?.string else {
                return nil
            }
            return ImagePart(source: .base64(mediaType: type, data: data))
        default: return nil
        }
    }
}
