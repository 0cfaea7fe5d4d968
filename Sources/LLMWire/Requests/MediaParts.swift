#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
package import LLMCore

extension ImagePart {
    /// The image in an answer of chat completions, as OpenRouter and LiteLLM write it.
    func chatImage(index: Int) -> JSONValue {
        ["type": "image_url", "image_url": ["url": .string(dataURL)], "index": JSONValue(index)]
    }

    /// An answer in the dialect has a form for it.
    package func isExpressible(inAnswersOf dialect: WireDialect) -> Bool {
        let isInline = if case .base64 = source { true } else { false }
        return switch dialect {
        case .openai, .gemini: true
        case .openaiResponses: isInline
        case .anthropic: false
        }
    }

    /// The image as Gemini writes it.
    var geminiPart: JSONValue {
        switch source {
        case .url(let url): ["fileData": ["fileUri": .string(url)]]
        case .base64(let type, let data): ["inlineData": ["mimeType": .string(type), "data": .string(data)]]
        }
    }
}

extension FilePart {
    private var isPDF: Bool { mediaType == "application/pdf" }

    /// The format of a recording by OpenAI's name; `nil` where it has none.
    private var soundFormat: String? {
        switch mediaType {
        case "audio/wav", "audio/x-wav", "audio/wave": "wav"
        case "audio/mp3", "audio/mpeg": "mp3"
        default: nil
        }
    }

    /// The text of a plain one.
    private var text: String? {
        guard mediaType == "text/plain", case .base64(let data) = source, let bytes = Data(base64Encoded: data) else {
            return nil
        }
        return String(bytes: bytes, encoding: .utf8)
    }

    /// The dialect has a form for it.
    func isExpressible(in dialect: WireDialect) -> Bool {
        let isInline = if case .base64 = source { true } else { false }
        return switch dialect {
        case .gemini: true
        case .anthropic: isPDF || text != nil
        case .openai: isInline && (isPDF || soundFormat != nil)
        case .openaiResponses: isPDF
        }
    }

    private var dataURL: String? {
        if case .base64(let data) = source { "data:\(mediaType);base64,\(data)" } else { nil }
    }

    /// OpenAI takes no document without a name.
    private var filename: JSONValue { .string(name ?? "document.pdf") }

    // MARK: Dialects; each is asked for what it can express alone

    var chatPart: JSONValue {
        if let soundFormat, case .base64(let data) = source {
            return ["type": "input_audio", "input_audio": ["data": .string(data), "format": .string(soundFormat)]]
        }
        return ["type": "file", "file": ["filename": filename, "file_data": .string(dataURL ?? "")]]
    }

    var responsesPart: JSONValue {
        switch source {
        case .url(let url): ["type": "input_file", "file_url": .string(url)]
        case .base64: ["type": "input_file", "filename": filename, "file_data": .string(dataURL ?? "")]
        }
    }

    var anthropicBlock: JSONValue {
        let inner: JSONValue =
            if let text {
                ["type": "text", "media_type": .string(mediaType), "data": .string(text)]
            } else {
                switch source {
                case .url(let url): ["type": "url", "url": .string(url)]
                case .base64(let data):
                    ["type": "base64", "media_type": .string(mediaType), "data": .string(data)]
                }
            }
        var block: JSONObject = ["type": "document", "source": inner]
        block.put("title", name.map(JSONValue.string))
        return .object(block)
    }

    var geminiPart: JSONValue {
        switch source {
        case .url(let url): ["fileData": ["mimeType": .string(mediaType), "fileUri": .string(url)]]
        case .base64(let data): ["inlineData": ["mimeType": .string(mediaType), "data": .string(data)]]
        }
    }

    // MARK: Reading

    /// A `file` of chat completions, or an `input_file` of the Responses API; `nil` for one that is known to its provider alone.
    init?(openAI value: JSONValue) {
        let file = value["file"] ?? value
        let name = file["filename"]?.string
        if let url = file["file_url"]?.string {
            self.init(source: .url(url), mediaType: "application/pdf", name: name)
        } else if let data = file["file_data"]?.string {
            if case .base64(let type, let bytes) = RequestDecoder.image(url: data).source {
                self.init(source: .base64(bytes), mediaType: type.lowercased(), name: name)
            } else if name?.lowercased().hasSuffix(".pdf") == true, !data.hasPrefix("data:") {
                self.init(source: .base64(data), mediaType: "application/pdf", name: name)
            } else {
                return nil
            }
        } else {
            return nil
        }
    }

    /// An `input_audio` of chat completions.
    init?(sound value: JSONValue) {
        guard let sound = value["input_audio"], let data = sound["data"]?.string,
            let format = sound["format"]?.string, ["wav", "mp3"].contains(format)
        else { return nil }
        self.init(source: .base64(data), mediaType: "audio/\(format)")
    }

    /// A `document` of Anthropic's; `nil` for one that says more than its text or its bytes.
    init?(anthropic value: JSONValue) {
        guard let inner = value["source"], value["context"]?.string?.isEmpty ?? true,
            value["citations"]?["enabled"] != true
        else { return nil }
        let name = value["title"]?.string
        switch (inner["type"]?.string, inner["url"]?.string, inner["media_type"]?.string, inner["data"]?.string) {
        case ("url", let url?, _, _): self.init(source: .url(url), mediaType: "application/pdf", name: name)
        case ("base64", _, let type?, let data?): self.init(source: .base64(data), mediaType: type, name: name)
        case ("text", _, let type?, let text?):
            self.init(source: .base64(Data(text.utf8).base64EncodedString()), mediaType: type, name: name)
        default: return nil
        }
    }
}

extension MessagePart {
    /// An image or a file, which in a message of tools belongs to the result before it.
    var isMedia: Bool {
        switch self {
        case .image, .file: true
        case .text, .toolCall, .toolResult, .thinking, .unknown, .native: false
        }
    }

    /// The inline data of Gemini: an image by its media type, or a file.
    init(mediaType: String, base64 data: String) {
        self =
            mediaType.hasPrefix("image/") || mediaType.isEmpty
            ? .image(ImagePart(source: .base64(mediaType: mediaType, data: data)))
            : .file(FilePart(source: .base64(data), mediaType: mediaType))
    }
}

extension ToolResult {
    /// Its text where the dialect has no field for a failure: the model must not take one for a success.
    var said: String {
        guard isError, !content.lowercased().hasPrefix("error") else { return content }
        return content.isEmpty ? "Error" : "Error: \(content)"
    }
}
