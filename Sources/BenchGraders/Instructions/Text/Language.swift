/// A guess at the language of a text: by its script, and where several share one, by their commonest words and letters.
///
/// Knows the thirty languages of IFEval. Weaker than trained identification on texts of a few words.
enum Language {
    /// ISO 639-1 codes, sorted.
    static let known: [String] = (scripts.flatMap(\.languages)).sorted()

    private struct Script {
        var ranges: [ClosedRange<UInt32>]
        /// The first one where nothing decides.
        var languages: [String]
    }

    private static let scripts: [Script] = [
        Script(
            ranges: [0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x1E00...0x1EFF],
            languages: ["en", "es", "pt", "fr", "de", "it", "pl", "fi", "vi", "sw"]),
        Script(ranges: [0x400...0x52F], languages: ["ru", "uk", "bg"]),
        Script(ranges: [0x600...0x6FF, 0x750...0x77F, 0xFB50...0xFDFF], languages: ["ar", "fa", "ur"]),
        Script(ranges: [0x900...0x97F], languages: ["hi", "mr", "ne"]),
        Script(ranges: [0x980...0x9FF], languages: ["bn"]), Script(ranges: [0xA00...0xA7F], languages: ["pa"]),
        Script(ranges: [0xA80...0xAFF], languages: ["gu"]), Script(ranges: [0xB80...0xBFF], languages: ["ta"]),
        Script(ranges: [0xC00...0xC7F], languages: ["te"]), Script(ranges: [0xC80...0xCFF], languages: ["kn"]),
        Script(ranges: [0xD00...0xD7F], languages: ["ml"]), Script(ranges: [0xE00...0xE7F], languages: ["th"]),
        Script(ranges: [0x590...0x5FF], languages: ["he"]),
        Script(ranges: [0xAC00...0xD7AF, 0x1100...0x11FF], languages: ["ko"]),
        Script(ranges: [0x3040...0x30FF], languages: ["ja"]),
    ]

    /// The language's code; `nil` for a text without letters. Another language than the known ones gives `other`.
    static func guess(of text: ScalarText) -> String? {
        let letters = text.filter(\.isLetter)
        guard !letters.isEmpty else { return nil }
        let counts = scripts.map { script in
            letters.count { letter in script.ranges.contains { $0.contains(letter.value) } }
        }
        guard let most = counts.max(), let index = counts.firstIndex(of: most), most * 2 >= letters.count / 2 + 1 else {
            return "other"
        }
        let languages = scripts[index].languages
        guard languages.count > 1 else { return languages[0] }
        let words = text.lowercased.wordRuns.map(\.string)
        let scores = languages.map { score($0, words) }
        guard let best = scores.max(), best > 0, let found = scores.firstIndex(of: best) else { return languages[0] }
        return languages[found]
    }

    /// Common words found, and words with letters of this language alone.
    private static func score(_ language: String, _ words: [String]) -> Int {
        let common = commonWords[language] ?? []
        let own = Set((ownLetters[language] ?? "").unicodeScalars)
        return words.reduce(0) { sum, word in
            sum + (common.contains(word) ? 2 : 0) + (word.unicodeScalars.contains { own.contains($0) } ? 2 : 0)
        }
    }

    private static let ownLetters = [
        "pl": "ąęłśźż", "vi": "ơưạảấầẩậắằặẹẻẽếềểệỉịọỏốồổộớờởợụủứừửựỳỵỷỹđ", "de": "ß", "pt": "ãõ", "es": "ñ",
        "uk": "іїєґ", "ru": "ыэё",
        "fa": "گچپژ", "ur": "ٹڈڑےں", "mr": "ळ", "fr": "œ",
    ]

    private static let commonWords: [String: Set<String>] = [
        "en":
            "the of and to in is that for it with as was on are be this by not you from at have or but they we his her an which there",
        "es":
            "de la que el en y los se del las por un para con no una su es al lo como más pero sus le ya este también muy esta son está",
        "pt":
            "de que o e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou quando muito são também",
        "fr":
            "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont avec son cette mais ou nous vous aux",
        "de":
            "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei",
        "it":
            "di e il la che in un per è una sono con del non si da le dei nel alla i della gli come più ma al lo anche delle ha o questo",
        "pl":
            "w i na z do się nie że to jest o jak po co ale od za dla przez są tak czy tym być przy może oraz go jego które który",
        "fi":
            "ja on ei että se oli hän joka mutta ovat myös kun niin kuin sen tai ole hänen mukaan jos vain voi sitä olla tämä mitä kanssa",
        "vi": "là và của có cho không được với các một những trong người này đã để khi cũng như ra từ về đến",
        "sw":
            "na ya wa kwa ni katika la za kuwa hii cha kama huo hiyo watu au pia yake lakini hivyo kila yao sana wake hayo",
        "ru":
            "и в не на что с он как по это но они к у за из от так все же для его мы был бы или было до вы быть может",
        "uk": "і в не на що з він як по це але вони до у за від так все же для його ми був або було ви бути може та є",
        "bg": "и в не на че с той като по това но те към за от така все да се са или беше вие може е си ще със",
        "ar": "في من على إلى أن هذا التي هذه عن مع ما كان لا أو الذي هو كل بعد هي قد",
        "fa": "و در به از که این را با است برای آن یک می خود تا بر هم شد های",
        "ur": "کے میں کی ہے اور سے کا کو اس پر ہیں یہ کہ نے بھی ایک تھا جو نہیں",
        "hi": "के में है की और से का को एक पर यह हैं कि भी नहीं इस ने लिए हो था",
        "mr": "आणि आहे या ते हे च्या मध्ये आहेत एक होते हा की व तो नाही तर त्या केली झाला",
        "ne": "र छ को मा छन् पनि यो भने गर्न हो लागि एक थियो तथा गरेको हुन्छ भएको",
    ].mapValues { Set($0.split(separator: " ").map(String.init)) }
}
