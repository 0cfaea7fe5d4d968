import LLMCore

// Images, documents and sound in a client's own request.
extension Untranslatable {
    /// A chat's wish for the form of its sound, which Gemini makes in one alone.
    static func speech(_ audio: JSONObject) -> String? {
        if let part = foreign(audio, translated: ["voice", "format"], path: "audio.") { return part }
        guard let voice = audio["voice"], !voice.isNull, voice.string == nil else {
            let format = audio["format"]?.string
            return format == nil || format == FilePart.rawSpeech ? nil : "audio.format \(format ?? "")"
        }
        return "audio.voice"
    }

    /// A document or a recording of OpenAI's dialects that has no place in the target; `nil` for any other part.
    static func file(_ part: JSONValue, _ target: WireDialect) -> String? {
        guard let type = part["type"]?.string, ["file", "input_file", "input_audio"].contains(type) else { return nil }
        guard let file = type == "input_audio" ? FilePart(sound: part) : FilePart(openAI: part) else { return type }
        return file.isExpressible(in: target) ? nil : type == "input_audio" ? type : "\(type) \(file.mediaType)"
    }

    /// A part of a message or a result in the Responses API that has no place in the target.
    static func media(_ part: JSONValue, _ path: String, _ target: WireDialect) -> String? {
        // One by the identifier of a file is its provider's alone.
        if part["file_id"].map({ !$0.isNull }) ?? false { return path + ".file_id" }
        return file(part, target).map { "\(path) \($0)" }
    }

    /// The parts of a tool's result: OpenAI's chat takes texts alone there.
    ///
    /// - Parameter media: The dialect's names of images and files.
    static func resultKinds(_ media: Set<String>, _ target: WireDialect) -> Set<String> {
        let texts: Set<String> = ["text", "input_text", "output_text"]
        return target == .openai ? texts : texts.union(media)
    }

    /// A block of Anthropic's with media that have no place in the target.
    static func source(_ block: JSONValue, _ path: String, _ target: WireDialect) -> String? {
        if block["source"]?["file_id"] != nil { return path + ".source.file_id" }
        return document(block, target).map { "\(path) \($0)" }
    }

    /// A document that the target has no place for, or that says more than its text; `nil` for any other block.
    private static func document(_ block: JSONValue, _ target: WireDialect) -> String? {
        guard block["type"] == "document" else { return nil }
        guard let file = FilePart(anthropic: block) else { return "document" }
        return file.isExpressible(in: target) ? nil : "document \(file.mediaType)"
    }

    /// Media in the result of a function, which chat completions have no place for.
    static func resultMedia(_ part: JSONValue, _ target: WireDialect) -> String? {
        first((part["functionResponse"] ?? part["function_response"])?["parts"]?.array) { index, media in
            let place = ".parts[\(index)]"
            guard let read = GeminiMedia.part(media) else { return place }
            if let type = GeminiMedia.foreignType(of: media, in: target) { return "\(place) \(type)" }
            guard target == .openai else { return nil }
            if case .file(let file) = read { return "\(place) \(file.mediaType)" }
            return "\(place), an image in the result of a tool,"
        }
    }
}
