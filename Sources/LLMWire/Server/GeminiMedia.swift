import LLMCore

/// Media in a part of Gemini's, of a message or of a function's response.
enum GeminiMedia {
    /// The part of media by their address; `nil` leaves their type to Google.
    static func written(url: String, mediaType: String?) -> JSONValue {
        var file = JSONObject()
        file.put("mimeType", mediaType.map { .string(MediaType.canonical($0)) })
        file["fileUri"] = .string(url)
        return ["fileData": .object(file)]
    }

    /// The part of media by their bytes in base 64.
    static func written(data: String, mediaType: String) -> JSONValue {
        ["inlineData": ["mimeType": .string(MediaType.canonical(mediaType)), "data": .string(data)]]
    }

    /// - Returns: `nil` for a part without any.
    static func part(_ value: JSONValue) -> MessagePart? {
        if let inline = value["inlineData"] ?? value["inline_data"], let data = inline["data"]?.string {
            return MessagePart(mediaType: mediaType(of: inline) ?? "", base64: data)
        }
        guard let file = value["fileData"] ?? value["file_data"], !file.isNull else { return nil }
        let url = (file["fileUri"] ?? file["file_uri"])?.string ?? ""
        guard let type = mediaType(of: file), !MediaType.canonical(type).hasPrefix("image/") else {
            return .image(ImagePart(source: .url(url)))
        }
        return .file(FilePart(source: .url(url), mediaType: type))
    }

    /// The image or the file that a part of an answer is; `nil` for any other part.
    static func made(_ value: JSONValue) -> MessagePart? {
        let part = part(value)
        if case .image(let image)? = part, case .base64("", _) = image.source { return nil }
        return part
    }

    /// The media type of a part that a dialect has no place for; `nil` where it has, or there is no media.
    static func foreignType(of value: JSONValue, in dialect: WireDialect) -> String? {
        if let file = value["fileData"] ?? value["file_data"] {
            return mediaType(of: file).flatMap { $0.hasPrefix("image/") ? nil : $0 }
        }
        guard case .file(let file)? = part(value), !file.isExpressible(in: dialect) else { return nil }
        return file.mediaType
    }

    private static func mediaType(of data: JSONValue) -> String? { (data["mimeType"] ?? data["mime_type"])?.string }
}
