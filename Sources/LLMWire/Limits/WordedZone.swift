/// A time zone named in a sentence: `UTC`, `PST`, `Pacific`, `America/New_York`, `Asia/Shanghai`, `Etc/GMT+5`.
///
/// Zones with summer time stand as in winter, when their day begins later.
enum WordedZone {
    struct Found: Sendable, Hashable {
        /// East of Greenwich.
        var minutes: Int64
        /// In tokens.
        var length: Int
        /// `+` behind it means west, as in `Etc/GMT+5`.
        var isPOSIX = false
    }

    /// The zone that begins at `place`; `nil` for an unknown one.
    static func find(in tokens: [MessageWords.Token], at place: Int) -> Found? {
        guard let first = word(tokens, place) else { return nil }
        if place + 1 < tokens.count, tokens[place + 1] == .mark("/"), areas.contains(first) {
            return city(tokens, place + 2).map {
                Found(minutes: $0.minutes, length: $0.end - place, isPOSIX: first == "etc")
            }
        }
        return table[first].map { Found(minutes: $0, length: 1) }
    }

    private static let areas: Set<String> = [
        "africa", "america", "antarctica", "asia", "atlantic", "australia", "etc", "europe", "indian", "pacific", "us",
    ]

    /// A city of one to three words, behind a country or not.
    private static func city(_ tokens: [MessageWords.Token], _ start: Int) -> (minutes: Int64, end: Int)? {
        for length in [3, 2, 1] {
            let words = (start..<start + length).map { word(tokens, $0) }
            guard words.allSatisfy({ $0 != nil }) else { continue }
            let name = words.compactMap(\.self).joined(separator: " ")
            if let minutes = table[name] { return (minutes, start + length) }
        }
        // `America/Argentina/Buenos_Aires`
        guard let slash = tokens[min(start, tokens.count)...].prefix(3).firstIndex(of: .mark("/")) else { return nil }
        return city(tokens, slash + 1)
    }

    private static func word(_ tokens: [MessageWords.Token], _ place: Int) -> String? {
        guard tokens.indices.contains(place), case .word(let word) = tokens[place] else { return nil }
        return word
    }

    /// One offset a line, in minutes, with the names that have it.
    private static let table: [String: Int64] = {
        let lines = """
            0: utc,gmt,z,zulu,wet,london,lisbon,dublin,accra,abidjan,reykjavik,greenwich,universal
            60: cet,west,bst,paris,berlin,madrid,rome,amsterdam,brussels,vienna,zurich,stockholm,oslo,copenhagen,prague
            60: warsaw,budapest,belgrade,lagos,algiers,casablanca,luxembourg,zagreb,tunis,malta,bratislava,ljubljana
            120: cest,eet,sast,athens,bucharest,helsinki,kiev,kyiv,sofia,riga,vilnius,tallinn,cairo,jerusalem,beirut
            120: johannesburg,tripoli,harare,chisinau
            180: msk,eest,eat,moscow,istanbul,minsk,riyadh,baghdad,nairobi,kuwait,qatar,addis ababa
            210: tehran
            240: gst,dubai,baku,tbilisi,yerevan,samara,muscat
            300: pkt,karachi,tashkent,yekaterinburg,almaty
            330: ist,kolkata,calcutta,colombo,mumbai,delhi
            345: kathmandu
            360: dhaka,omsk,bishkek
            390: yangon
            420: ict,wib,bangkok,jakarta,saigon,ho chi minh,novosibirsk,hanoi
            480: hkt,sgt,awst,beijing,shanghai,hong kong,singapore,taipei,manila,perth,kuala lumpur,macau,chongqing
            540: jst,kst,tokyo,seoul,yakutsk
            570: adelaide,darwin
            600: aest,sydney,melbourne,brisbane,hobart,vladivostok
            660: aedt
            720: nzst,auckland,fiji
            -180: brt,art,sao paulo,buenos aires,montevideo,bahia,fortaleza
            -210: st johns
            -240: edt,ast,clt,halifax,santiago,caracas,la paz,puerto rico,manaus
            -300: est,et,eastern,cdt,new york,toronto,detroit,bogota,lima,panama,jamaica,havana,indianapolis
            -360: cst,ct,central,mdt,chicago,mexico city,winnipeg,costa rica,guatemala
            -420: mst,mt,mountain,pdt,denver,phoenix,edmonton
            -480: pst,pt,pacific,los angeles,vancouver,tijuana
            -540: akst,alaska,anchorage
            -600: hst,hawaii,honolulu
            """
        var table: [String: Int64] = [:]
        for line in lines.split(separator: "\n") {
            let halves = line.split(separator: ":")
            guard halves.count == 2, let minutes = Int64(halves[0]) else { continue }
            for name in halves[1].split(separator: ",") { table[String(name).trimmed] = minutes }
        }
        return table
    }()
}
