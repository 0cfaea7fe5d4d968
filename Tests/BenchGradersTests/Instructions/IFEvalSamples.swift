/// One answer that follows and one that breaks each instruction of IFEval.
enum IFEvalSamples {
    static let all: [InstructionTests.Sample] = [
        .init(
            "keywords:existence", #"{"keywords":["harbour","lamp"]}"#, follows: "A Lamp in the HARBOURS.",
            breaks: "A lamp in the port."),
        .init(
            "keywords:frequency", #"{"keyword":"lamp","frequency":2,"relation":"at least"}"#, follows: "Lamp by lamp.",
            breaks: "One lamp."),
        .init(
            "keywords:forbidden_words", #"{"forbidden_words":["cat"]}"#, follows: "A catalogue.", breaks: "A Cat sat."),
        .init(
            "keywords:letter_frequency", #"{"letter":"q","let_frequency":2,"let_relation":"less than"}"#,
            follows: "Quite.", breaks: "Quite quick."),
        .init(
            "language:response_language", #"{"language":"es"}"#, follows: "La casa es grande y muy bonita.",
            breaks: "The house is large."),
        .init(
            "length_constraints:number_sentences", #"{"num_sentences":2,"relation":"at least"}"#,
            follows: "Dr. Hale came. He left.", breaks: "Dr. Hale came at 3.15 p.m. and left"),
        .init(
            "length_constraints:number_paragraphs", #"{"num_paragraphs":2}"#, follows: "One.\n***\nTwo.",
            breaks: "One.\n\nTwo."),
        .init(
            "length_constraints:number_words", #"{"num_words":4,"relation":"less than"}"#, follows: "Only three words.",
            breaks: "These are four words."),
        .init(
            "length_constraints:nth_paragraph_first_word",
            #"{"num_paragraphs":2,"nth_paragraph":2,"first_word":"Then"}"#, follows: "First this.\n\n\"Then, that.",
            breaks: "First this.\nThen that."),
        .init(
            "detectable_content:number_placeholders", #"{"num_placeholders":2}"#, follows: "Dear [name], from [place].",
            breaks: "Dear [name], from place]."),
        .init(
            "detectable_content:postscript", #"{"postscript_marker":"P.S."}"#, follows: "Yours.\nP. S. Write soon.",
            breaks: "Yours.\nPS Write soon"),
        .init(
            "detectable_format:number_bullet_lists", #"{"num_bullets":2}"#, follows: "* one\n  - two\n**no**",
            breaks: "* one\n** two"),
        .init(
            "detectable_format:constrained_response", follows: "Well. My answer is maybe.",
            breaks: "My answer is perhaps."),
        .init(
            "detectable_format:number_highlighted_sections", #"{"num_highlights":2}"#, follows: "*one* and *two*",
            breaks: "*one* and * *"),
        .init(
            "detectable_format:multiple_sections", #"{"section_spliter":"Part","num_sections":2}"#,
            follows: "Part 1\na\nPart 2\nb", breaks: "Part 1\na\nPart two\nb"),
        .init("detectable_format:json_format", follows: "```json\n{\"a\": [1]}\n```", breaks: "{\"a\": [1}"),
        .init("detectable_format:title", follows: "<<A walk>>\nText", breaks: "<<>> Text"),
        .init(
            "combination:two_responses", follows: "This one.\n******\nThat one.", breaks: "This one.\n******\nThis one."
        ),
        .init(
            "combination:repeat_prompt", #"{"prompt_to_repeat":"Name a river."}"#, follows: "name a river.\nThe Ebro.",
            breaks: "The Ebro. Name a river."),
        .init(
            "startend:end_checker", #"{"end_phrase":"That is all."}"#, follows: "\"Done. That is ALL.\"",
            breaks: "That is all. Bye"),
        .init(
            "change_case:capital_word_frequency", #"{"capital_relation":"at least","capital_frequency":2}"#,
            follows: "NO means NO.", breaks: "NO means no."),
        .init("change_case:english_capital", follows: "ALL OF THIS IS LOUD, 24 HOURS.", breaks: "ALL of THIS"),
        .init("change_case:english_lowercase", follows: "all of this is quiet.", breaks: "all of This is quiet"),
        .init("punctuation:no_comma", follows: "First; then.", breaks: "First, then."),
        .init("startend:quotation", follows: " \"All of it.\" ", breaks: "\"Half\" of it."),
    ]
}
