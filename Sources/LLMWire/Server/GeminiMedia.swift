import LLMCore

/// Media in a part of Gemini's, of a message or of a function's response.
enum GeminiMedia {
    /// - Returns: `nil` for a part without any.
    static func part(_ value: JSONValue) -> MessagePart? {
        if let inline = value["inlineData"] ?? value["inline_data"], let data = inline["data"]?.string {
            return MessagePart(mediaType: mediaType(of: inline) ?? "", base64: data)
        }
        guard let file = value["fileData"] ?? value["file_data"], !file.isNull else { return nil }
        return .image(ImagePart(source: .url((file["fileUri"] ?? file["file_uri"])?.string ?? "")))
    }

    /// The image that a part of an answer is; `nil` for any other part.
    static func image(_ value: JSONValue) -> ImagePart? {
        guard case .image(let image)? = part(value) else { return nil }
        if case .base64("", _) = image.source { return nil }
        return image
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
