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
        case .url(let url): GeminiMedia.written(url: url, mediaType: nil)
        case .base64(let type, let data): GeminiMedia.written(data: data, mediaType: type)
        }
    }
}

extension FilePart {
    private var type: String { MediaType.canonical(mediaType) }
    private var isPDF: Bool { type == "application/pdf" }

    /// The format of a recording by OpenAI's name; `nil` where it has none.
    private var soundFormat: String? {
        switch type {
        case "audio/wav", "audio/x-wav", "audio/wave": "wav"
        case "audio/mp3", "audio/mpeg": "mp3"
        default: nil
        }
    }

    /// The text of a plain one.
    private var text: String? {
        guard type == "text/plain", case .base64(let data) = source, let bytes = Data(base64Encoded: data) else {
            return nil
        }
        return String(bytes: bytes, encoding: .utf8)
    }

    /// OpenAI's name of raw speech, 24,000 samples of 16 bits a second: Gemini's own.
    static let rawSpeech = "pcm16"

    /// Sound that chat completions can hold, which do not say what it is: raw speech, or a recording that says so itself.
    private var isSpeech: Bool {
        let fields = type.split(separator: ";")
        switch fields.first {
        case "audio/l16", "audio/pcm":
            let rate = fields.first { $0.hasPrefix("rate=") }
            return rate == nil || rate == "rate=24000"
        case "audio/wav", "audio/x-wav", "audio/wave", "audio/mp3", "audio/mpeg", "audio/flac", "audio/aac",
            "audio/ogg",
            "audio/opus", "audio/\(Self.unnamed)":
            return true
        default: return false
        }
    }

    /// The kind of sound whose form its request alone tells.
    static let unnamed = "*"

    /// An answer in the dialect has a form for it.
    package func isExpressible(inAnswersOf dialect: WireDialect) -> Bool {
        let isInline = if case .base64 = source { true } else { false }
        return switch dialect {
        case .gemini: !type.hasSuffix("/\(Self.unnamed)")
        case .openai: isInline && isSpeech
        case .anthropic, .openaiResponses: false
        }
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

    /// With the name of its type that providers know.
    private var address: JSONValue {
        var file = self
        file.mediaType = type
        return .string(file.dataURL)
    }

    /// OpenAI takes no document without a name.
    private var filename: JSONValue { .string(name ?? "document.pdf") }

    // MARK: Dialects; each is asked for what it can express alone

    var chatPart: JSONValue {
        if let soundFormat, case .base64(let data) = source {
            return ["type": "input_audio", "input_audio": ["data": .string(data), "format": .string(soundFormat)]]
        }
        return ["type": "file", "file": ["filename": filename, "file_data": address]]
    }

    var responsesPart: JSONValue {
        switch source {
        case .url(let url): ["type": "input_file", "file_url": .string(url)]
        case .base64: ["type": "input_file", "filename": filename, "file_data": address]
        }
    }

    var anthropicBlock: JSONValue {
        let inner: JSONValue =
            if let text {
                ["type": "text", "media_type": .string(type), "data": .string(text)]
            } else {
                switch source {
                case .url(let url): ["type": "url", "url": .string(url)]
                case .base64(let data):
                    ["type": "base64", "media_type": .string(type), "data": .string(data)]
                }
            }
        var block: JSONObject = ["type": "document", "source": inner]
        block.put("title", name.map(JSONValue.string))
        return .object(block)
    }

    var geminiPart: JSONValue {
        switch source {
        case .url(let url): GeminiMedia.written(url: url, mediaType: mediaType)
        case .base64(let data): GeminiMedia.written(data: data, mediaType: mediaType)
        }
    }

    // MARK: Reading

    /// A `file` of chat completions, or an `input_file` of the Responses API; `nil` for one that is known to its provider alone.
    init?(openAI value: JSONValue) {
        let file = value["file"] ?? value
        let name = file["filename"]?.string
        let data = file["file_data"]?.string
        if let inline = (data ?? file["file_url"]?.string).flatMap(DataURL.init) {
            self.init(
                source: .base64(inline.base64), mediaType: MediaType.canonical(inline.mediaType), name: name)
        } else if let url = file["file_url"]?.string {
            self.init(source: .url(url), mediaType: "application/pdf", name: name)
        } else if let data, name?.lowercased().hasSuffix(".pdf") == true {
            self.init(source: .base64(data), mediaType: "application/pdf", name: name)
        } else {
            return nil
        }
    }

    /// The file of a block in any dialect, as in the result of a tool.
    init?(block: JSONValue) {
        switch block["type"]?.string {
        case "file", "input_file": self.init(openAI: block)
        case "input_audio": self.init(sound: block)
        case "document": self.init(anthropic: block)
        default: return nil
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

extension Answer {
    /// The first part that answers in the dialect have no form for, by its name.
    package func partWithoutForm(in dialect: WireDialect) -> String? {
        if images.contains(where: { !$0.isExpressible(inAnswersOf: dialect) }) { return "an image" }
        let foreign = files.first { !$0.isExpressible(inAnswersOf: dialect) }
        return foreign.map { MediaType.canonical($0.mediaType) }
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
            mediaType.isEmpty || MediaType.canonical(mediaType).hasPrefix("image/")
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
