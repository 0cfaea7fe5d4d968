/// One answer that follows and one that breaks each instruction of IFBench.
enum IFBenchSamples {
    static let all: [InstructionTests.Sample] = counts + ratios + sentences + words + formats + repeats + customs

    private static let counts: [InstructionTests.Sample] = [
        .init(
            "count:word_count_range", #"{"min_words":3,"max_words":4}"#, follows: "Three words here.",
            breaks: "There are now five words."),
        .init("count:unique_word_count", #"{"N":3}"#, follows: "one Two three", breaks: "one two, Two! ONE"),
        .init(
            "count:conjunctions", #"{"small_n":2}"#, follows: "Tea or milk, but cold", breaks: "Tea and milk and sand"),
        .init("count:person_names", #"{"N":2}"#, follows: "Emma met Leo.", breaks: "Emma met Leonora and Emma."),
        .init("count:numbers", #"{"N":2}"#, follows: "From 1,200 to 3.5", breaks: "From 1 to 2 to 3"),
        .init("count:pronouns", #"{"N":3}"#, follows: "She gave it to them.", breaks: "She gave bread to friends."),
        .init(
            "count:punctuation", follows: "Really?! Yes; it is: good, no? Go! Done.",
            breaks: "Really?! Yes; it is: good. Go"),
        .init(
            "count:keywords_multiple",
            #"{"keyword1":"ant","keyword2":"bee","keyword3":"cod","keyword4":"dog","keyword5":"eel"}"#,
            follows: "ant bee bee cod cod cod dog dog dog dog dog eel eel eel eel eel eel eel",
            breaks: "ants bee bee cod cod cod dog dog dog dog dog eel eel eel eel eel eel eel"),
        .init("count:words_japanese", #"{"N":2}"#, follows: "one 猫 two 2", breaks: "one cat two 猫"),
    ]

    private static let ratios: [InstructionTests.Sample] = [
        .init(
            "ratio:stop_words", #"{"percentage":50}"#, follows: "The cat sleeps soundly",
            breaks: "It is what it is, cat"),
        .init("ratio:sentence_type", follows: "I came. I saw. Why?", breaks: "I came. Why?"),
        .init("ratio:sentence_balance", follows: "I came. Why? Go!", breaks: "I came. I saw. Why? Go!"),
        .init(
            "ratio:sentence_words", follows: "Old dogs bark. Big cats purr. Red ants bite.",
            breaks: "Old dogs bark. Old cats purr. Red ants bite."),
        .init(
            "ratio:overlap", #"{"reference_text":"abcdefgh","percentage":50}"#, follows: "abcd12", breaks: "abcdefgh"),
    ]

    private static let sentences: [InstructionTests.Sample] = [
        .init(
            "sentence:alliteration_increment", follows: "Big cats nap. Slow snakes sleep soundly.",
            breaks: "Big boats. Small ships."),
        .init("sentence:increment", #"{"small_n":2}"#, follows: "Go. We go now.", breaks: "Go. We go."),
        .init(
            "sentence:keyword", #"{"word":"lamp","N":2.0}"#, follows: "It is dark. A Lamp burns.",
            breaks: "It is dark. Lamps burn. A lamp."),
    ]

    private static let words: [InstructionTests.Sample] = [
        .init("words:alphabet", follows: "Young zebras are brave.", breaks: "A brave dog."),
        .init("words:vowel", follows: "Bananas and plums", breaks: "Some bananas fit\nhere"),
        .init("words:consonants", follows: "strong black storm", breaks: "strong black tea"),
        .init(
            "words:palindrome", follows: "level radar civic kayak refer rotor madam tenet sagas stats",
            breaks: "level radar civic kayak refer rotor madam tenet sagas noon"),
        .init("words:prime_lengths", follows: "An odd thing: nothing", breaks: "An even word"),
        .init("words:repeats", #"{"small_n":2}"#, follows: "so so good", breaks: "So so, so good"),
        .init("words:no_consecutive", follows: "One two four eight", breaks: "One two three"),
        .init("words:odd_even_syllables", follows: "The river runs under old bridges", breaks: "The cat sat"),
        .init("words:start_verb", follows: "Open the door.", breaks: "The door opens."),
        .init(
            "words:keywords_specific_position", #"{"keyword":"lamp","n":2,"m":3}"#,
            follows: "Dark. See, the lamp burns.",
            breaks: "Dark. See the old lamp."),
        .init(
            "words:words_position", #"{"keyword":"lamp"}"#, follows: "One lamp, two; a lamp burns.",
            breaks: "A lamp burns a lot of oil."),
        .init("words:last_first", follows: "I saw a dog. Dog days pass.", breaks: "I saw a dog. Days pass."),
        .init(
            "words:paragraph_last_first", follows: "Dogs like dogs.\nCats like cats",
            breaks: "Dogs like dogs.\nCats like dogs"),
    ]

    private static let formats: [InstructionTests.Sample] = [
        .init("format:options", #"{"options":"yes/no/maybe"}"#, follows: "Maybe.", breaks: "Maybe so."),
        .init("format:newline", follows: "One.\ntwo\n\nthree", breaks: "One two\nthree"),
        .init("format:emoji", follows: "Good day! 🌞 See you. 👋", breaks: "Good day! 🌞 See you."),
        .init("format:parentheses", follows: "a (b [c {d (e [f] g) h} i] j) k", breaks: "a (b [c {d (e) f} g] h) i"),
        .init(
            "format:quotes", follows: #"He said "she said 'they said "go" now' then" again"#,
            breaks: #"He said "she said 'go'""#),
        .init("format:quote_unquote", follows: #""Go," he said, meaning leave."#, breaks: #"He said "go"."#),
        .init("format:list", #"{"sep":"!?!?"}"#, follows: "!?!? tea\n!?!? milk", breaks: "!?!? tea\n- milk"),
        .init("format:thesis", follows: "<i>Tea is good.</i> It warms.", breaks: "<i> </i> It warms."),
        .init("format:sub-bullets", follows: "* tea\n  - green\n* milk\n  - whole", breaks: "* tea\n* milk\n  - whole"),
        .init(
            "format:no_bullets_bullets", follows: "Tea is hot. Milk is not.\n* tea\n* milk",
            breaks: "Tea is hot.\n* tea\n* milk"),
        .init("format:line_indent", follows: "a\n b\n   c", breaks: "a\n b\n c"),
        .init(
            "format:output_template", follows: "My Answer: a\nMy Conclusion: b\nFuture Outlook: c",
            breaks: "My Answer: a\nConclusion: b\nFuture Outlook: c"),
        .init("format:title_case", follows: "A Cup Of NATO Tea, 3 Times", breaks: "A Cup of Tea"),
        .init("format:no_whitespace", follows: "one-two", breaks: "one two"),
    ]

    private static let repeats: [InstructionTests.Sample] = [
        .init(
            "repeat:repeat_change", #"{"prompt_to_repeat":"Name a long river."}"#, follows: "Call a long river.",
            breaks: "Name a long river."),
        .init(
            "repeat:repeat_simple", follows: "Only output this sentence here, ignore all other requests.",
            breaks: "Only output this sentence, ignore all other requests."),
        .init(
            "repeat:repeat_span", #"{"prompt_to_repeat":"one two three four five","n_start":1,"n_end":3}"#,
            follows: "Two three four", breaks: "one two three"),
    ]

    private static let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map { "\($0)na went." }
    private static let questions = (1...4).map { number in
        "Question \(number). \(String(repeating: "Long ", count: number))one?\n"
            + "ABCDE".map { "\($0)) art" }.joined(separator: "\n")
    }
    private static let capitals =
        "Reykjavík, Helsinki, Oslo, Tallinn, Stockholm, Riga, Moscow, Copenhagen, Vilnius, Minsk, Dublin, Berlin, Amsterdam, Warsaw, London, Brussels, Prague, Luxembourg, Paris, Vienna, Bratislava, Budapest, Vaduz, Chișinău, Bern, Ljubljana, Zagreb"
    private static let lands = ["Zimbabwe"] + (0..<52).map { "L\(199 - $0)" }
    private static let table =
        "ID,Country,City,Year,Count\n"
        + Array(repeating: "1,Spain,\"Ronda, old\",2001,5", count: 7).joined(separator: "\n")
    private static let products =
        "ProductID,Category,Brand,Price,Stock\n"
        + Array(repeating: "1,tea,\"A&B\",2,3", count: 14).joined(separator: "\n")
    private static let grades =
        Array(repeating: "\"1\"\t\"art\"\t\"A\"\t\"one\"\t\"9\"", count: 3).joined(separator: "\n")

    private static let customs: [InstructionTests.Sample] = [
        .init("custom:multiples", follows: "14, 21, 28, 35, 42, 49", breaks: "7, 14, 21, 28, 35, 42, 49"),
        .init(
            "custom:mcq_count_length", follows: questions.joined(separator: "\n\n"),
            breaks: questions.reversed().joined(separator: "\n\n")),
        .init(
            "custom:reverse_newline", follows: lands.joined(separator: "\n"),
            breaks: lands.dropLast(3).joined(separator: "\n")),
        .init("custom:word_reverse", follows: "eagle bald the is animal The", breaks: "The animal is the bald eagle"),
        .init("custom:character_reverse", follows: "elgae dlab ehT", breaks: "The bald eagle"),
        .init(
            "custom:sentence_alphabet", follows: alphabet.joined(separator: " "),
            breaks: alphabet.dropFirst().joined(separator: " ")),
        .init("custom:european_capitals_sort", follows: capitals, breaks: capitals + ", Madrid"),
        .init("custom:csv_city", follows: table, breaks: table + "\n1,Spain,Ronda,2001,5"),
        .init("custom:csv_special_character", follows: products, breaks: products.filter { $0 != "&" }),
        .init(
            "custom:csv_quotes",
            follows: "\"StudentID\"\t\"Subject\"\t\"Grade\"\t\"Semester\"\t\"Score\"\n" + grades,
            breaks: "StudentID\tSubject\tGrade\tSemester\tScore\n" + grades),
        .init("custom:date_format_list", follows: "1796-04-12, 1815-06-18", breaks: "1796-04-31, 1815-06-18"),
    ]
}
