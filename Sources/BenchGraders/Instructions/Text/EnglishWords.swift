/// Lists of English words that instructions speak of.
enum EnglishWords {
    static let conjunctions = words("and but for nor or so yet")

    static let personNames = words(
        """
        Emma Liam Sophia Jackson Olivia Noah Ava Lucas Isabella Mason Mia Ethan Charlotte Alexander Amelia Benjamin Harper Leo \
        Zoe Daniel Chloe Samuel Lily Matthew Grace Owen Abigail Gabriel Ella Jacob Scarlett Nathan Victoria Elijah Layla Nicholas \
        Audrey David Hannah Christopher Penelope Thomas Nora Andrew Aria Joseph Claire Ryan Stella Jonathan
        """)

    static let pronouns = words(
        """
        i me we us you he him she her it they them my mine our ours your yours his hers its their theirs myself ourselves \
        yourself yourselves himself herself itself themselves this that these those who whom whose which what whoever whomever \
        whatever whichever anybody anyone anything everybody everyone everything nobody nothing somebody someone something each \
        either neither both all some any none
        """)

    /// Words without a meaning of their own, parts of contractions among them.
    static let stopWords = words(
        """
        i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its \
        itself they them their theirs themselves what which who whom this that these those am is are was were be been being have \
        has had having do does did doing a an the and but if or because as until while of at by for with about against between \
        into through during before after above below to from up down in out on off over under again further then once here there \
        when where why how all any both each few more most other some such no nor not only own same so than too very s t can will \
        just don should now d ll m o re ve y ain aren couldn didn doesn hadn hasn haven isn ma mightn mustn needn shan shouldn \
        wasn weren won wouldn
        """)

    /// A word that may be a verb in the place of a first word: an imperative, a participle, an auxiliary.
    static func isVerb(_ word: ScalarText) -> Bool {
        if verbs.contains(word.string) { return true }
        let ending = { (text: String) in
            word.count > 5 && word.suffix(text.unicodeScalars.count).elementsEqual(text.unicodeScalars)
        }
        return ["ing", "ize", "ise", "ify", "ed"].contains(where: ending) && !nouns.contains(word.string)
    }

    private static let nouns = words(
        "during evening morning something nothing anything everything according hundred indeed")

    private static let verbs = words(
        """
        accept access achieve act adapt add address adjust admire admit adopt advise agree aim allow am analyse analyze announce \
        answer apply appreciate approach arrange are arrive ask assemble assess assign assist assume attach attempt attend avoid \
        awaken bake balance be bear beat become been beg begin behold being believe bind blend block boil book boost borrow bring \
        build buy calculate call came can capture care carry cast catch celebrate challenge change charge check cherish choose \
        chop circle claim clean clear climb close collect combine come commit communicate compare compile complete compose compute \
        conduct configure confirm connect consider consist construct consult contact contain continue contribute convert convey \
        cook cool copy correct could count cover craft create cross cultivate cut dance deal decide declare deepen define delete \
        deliver demonstrate depend describe deserve design detect determine develop did die dig discover discuss dive divide do \
        does don download draft drag draw dream drink drive drop earn eat edit educate embark embrace employ empower enable \
        encourage end engage enhance enjoy ensure enter escape establish estimate evaluate examine exercise exist expand expect \
        experience explain explore express extend face fall fear feel fight file fill find finish fix fly focus fold follow forget \
        form foster found gather gave generate get give glide go grab grant grasp greet grow guess guide had handle hang happen has \
        have hear heat help hide hike hire hit hold hope hug hunt identify ignite ignore illustrate imagine implement import improve \
        include increase incorporate indicate influence inform initialize insert inspect inspire install integrate introduce invest \
        investigate invite involve is join journey judge jump keep kick kill kiss knock know laugh launch lead leap learn leave lend \
        let leverage lie lift light like limit link list listen live look lose love made maintain make manage map mark master match \
        may mean measure meet mention merge might mind minimize mix monitor move must navigate need note notice nourish observe obtain \
        occur offer open operate opt optimize order organize outline overcome own paint pay perform persist pick place plan plant play \
        plunge ponder pour practice praise pray prefer prepare present preserve press prevent print prioritize proceed process produce \
        program promise promote prompt protect prove provide pull push put quit raise reach read realize recall receive recognize recommend \
        record reduce refer reflect refuse regard reject relate relax release rely remain remember remind remove repeat replace reply \
        report represent request require research resolve respect respond rest return reveal review ride ring rise roll rule run said \
        sail save saw say see seek seem select sell send serve set shall share shine should show shut simplify sing sit sleep slice \
        smile solve sort speak spend spread stand start state stay step stick stir stop store strengthen strike strive structure \
        struggle study submit succeed suggest summarize support suppose surround survive swim switch take talk taste teach tell tend \
        test thank think throw tie tighten touch train transfer transform translate travel treat trust try turn type understand unleash \
        unlock unravel unveil update upload use utilize validate value venture verify view visit visualize wait wake walk want was \
        wash watch wear welcome went were whisper will win wish witness wonder work worry would wrap write yield
        """)

    private static func words(_ list: String) -> Set<String> {
        Set(list.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}
