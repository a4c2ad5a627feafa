import Foundation
import ServiceTokenDomain

extension Target {
  /// RFC 3339: what is read is written and read again as the same; the C library counts the same seconds, and Foundation
  /// takes what we take.
  static let rfc3339 = Target("rfc3339") { input in
    let text = input.text
    let date = Wire.RFC3339.parse(text)
    hold((date != nil) == isOfGrammar(text), "taken is what has the shape and exists: \(date as Any)")
    guard let date else { return }
    hold((0..<1_000_000_000).contains(date.nanoseconds), "nanoseconds are less than a second")
    let written = Wire.RFC3339.format(date)
    // An offset can lead out of the years that four digits write.
    if (-62_167_219_200...253_402_300_799).contains(date.seconds) {
      hold(Wire.RFC3339.parse(written) == date, "what is written is read as the same: \(written)")
    }
    hold(date.seconds == seconds(text), "the C library counts the same seconds")
    // Its calendar is not proleptic: before 15 October 1582 the days have other names. It has no offset beyond 18 hours.
    let isUTC = text.utf8.last.map { $0 | 0x20 } == UInt8(ascii: "z")
    guard input.isForOracles, date.seconds > -12_219_000_000, isUTC || text.suffix(5) <= "18:00" else { return }
    let theirs = foundationDate(withoutFractionAndLeapSecond(text))
    let leap: Int64 = text.utf8.dropFirst(17).starts(with: "60".utf8) ? 1 : 0
    hold(
      theirs.map { Int64($0.timeIntervalSince1970.rounded()) + leap == date.seconds } == true,
      "Foundation reads the same: \(theirs as Any)")
  }

  /// It is asked only about what we take. By itself it takes more: a date with anything after it, other forms of ISO 8601,
  /// a 31st of February, offsets of 99 hours.
  private static func foundationDate(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }

  /// RFC 3339 §5.6 by fixed places, and §5.7 by the C library's calendar.
  private static func isOfGrammar(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    func isShaped(_ place: ArraySlice<UInt8>, _ shape: StaticString) -> Bool {
      place.elementsEqual("\(shape)".utf8) { $1 == UInt8(ascii: "d") ? (0x30...0x39).contains($0) : $0 == $1 }
    }
    guard bytes.count >= 20, isShaped(bytes[..<10], "dddd-dd-dd"), [0x54, 0x74].contains(bytes[10]),
      isShaped(bytes[11..<19], "dd:dd:dd")
    else { return false }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
      guard !digits.isEmpty else { return false }
      rest = bytes[digits.endIndex...]
    }
    let offset = String(decoding: rest, as: UTF8.self)
    guard ["Z", "z"].contains(offset) || isShaped(rest, "+dd:dd") || isShaped(rest, "-dd:dd") else { return false }
    guard offset.utf8.count == 1 || offset.dropFirst() < "24" && offset.suffix(2) < "60" else { return false }
    return seconds(text) != nil
  }

  private static func withoutFractionAndLeapSecond(_ text: String) -> String {
    var bytes = Array(text.uppercased().utf8)
    if bytes[17...].starts(with: "60".utf8) { bytes.replaceSubrange(17..<19, with: "59".utf8) }
    let fraction = bytes[19...].prefix { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
    bytes.removeSubrange(19..<fraction.endIndex)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// By fixed places and the C library's calendar; nil for a date that does not exist there.
  private static func seconds(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    func number(_ place: Range<Int>) -> Int32 { Int32(String(decoding: bytes[place], as: UTF8.self)) ?? -1 }
    guard
      let whole = secondsSinceEpoch(
        year: number(0..<4), month: number(5..<7), day: number(8..<10), hour: number(11..<13), minute: number(14..<16),
        second: number(17..<19))
    else { return nil }
    if [UInt8(ascii: "Z"), UInt8(ascii: "z")].contains(bytes[bytes.count - 1]) { return whole }
    let end = bytes.count
    let offset = Int64(number(end - 5..<end - 3)) * 3600 + Int64(number(end - 2..<end)) * 60
    return bytes[end - 6] == UInt8(ascii: "-") ? whole + offset : whole - offset
  }

  /// The C library's `timegm`, for a date that it does not roll over.
  private static func secondsSinceEpoch(
    year: Int32, month: Int32, day: Int32, hour: Int32, minute: Int32, second: Int32
  ) -> Int64? {
    var time = unsafe tm()
    unsafe (time.tm_year, time.tm_mon, time.tm_mday) = (year - 1900, month - 1, day)
    unsafe (time.tm_hour, time.tm_min, time.tm_sec) = (hour, minute, min(second, 59))
    let seconds = unsafe timegm(&time)
    let isSame = unsafe (time.tm_mday, time.tm_mon, time.tm_hour, time.tm_min) == (day, month - 1, hour, minute)
    guard isSame, second <= 60 else { return nil }
    return Int64(seconds) + (second == 60 ? 1 : 0)
  }

  /// The three dates of HTTP: taken is just what the C library writes for some moment, with any day's name and second 60.
  static let httpDate = Target("http-date") { input in
    let text = input.text
    let now = Timestamp(seconds: 1_781_524_800)
    let date = Wire.HTTPDate.parse(text, now: now)
    hold(
      date == oracle(text, now: now), "the C library reads the same: \(date as Any), \(oracle(text, now: now) as Any)")
    guard let date else { return }
    hold(date.nanoseconds == 0, "a date is whole seconds")
    let written = Wire.HTTPDate.format(date)
    // Second 60 of the last day leads out of the years that four digits write.
    guard date.seconds <= 253_402_300_799 else { return }
    hold(Wire.HTTPDate.parse(written, now: now) == date, "what is written is read as the same: \(written)")
    hold(written.utf8.count == 29, "a date is written in 29 characters")
    let later = Wire.HTTPDate.parse(text, now: Timestamp(seconds: now.seconds + 31_536_000 * 10))
    hold(later == nil || later.map { $0 >= date } == true, "by a later clock two digits mean no earlier year")
  }

  private static func oracle(_ text: String, now: Timestamp) -> Timestamp? {
    let long = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    let short = long.map { String($0.prefix(3)) }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    // Fields by their separators, each of a fixed width: another way to the same.
    guard text.utf8.count <= 40, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
    func fields(_ text: String, _ separator: Character) -> [String] {
      text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
    func number(_ text: String, _ digits: Int) -> Int32? {
      text.utf8.count == digits && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int32(text) : nil
    }
    func moment(_ year: Int32?, _ month: String, _ day: Int32?, _ clock: String) -> Timestamp? {
      let parts = fields(clock, ":").map { number($0, 2) }
      guard parts.count == 3, let year, let day, let month = months.firstIndex(of: month), let hour = parts[0],
        let minute = parts[1], let second = parts[2]
      else { return nil }
      return secondsSinceEpoch(
        year: year, month: Int32(month) + 1, day: day, hour: hour, minute: minute, second: second
      ).map { Timestamp(seconds: $0) }
    }
    let words = fields(text, " ")
    if words.count == 6, words[5] == "GMT", words[0].hasSuffix(","), short.contains(String(words[0].dropLast())) {
      return moment(number(words[3], 4), words[2], number(words[1], 2), words[4])
    }
    if words.count == 4, words[3] == "GMT", words[0].hasSuffix(","), long.contains(String(words[0].dropLast())) {
      let parts = fields(words[1], "-")
      guard parts.count == 3, let shortYear = number(parts[2], 2) else { return nil }
      // The latest that is not more than 50 years after 2026-06-15T12:00:00Z, counted in calendar years.
      let limit = Timestamp(seconds: 3_359_448_000)
      func inCentury(_ century: Int32) -> Timestamp? {
        moment(century + shortYear, parts[1], number(parts[0], 2), words[2])
      }
      // Of a leap second the second counts that it is written with.
      let late = inCentury(2000).map { words[2].hasSuffix("60") ? Timestamp(seconds: $0.seconds - 1) : $0 }
      if shortYear > 76 { return inCentury(1900) }
      if shortYear < 76 { return inCentury(2000) }
      let isBeyond = late.map { $0 > limit || $0 == limit && words[2].hasSuffix("60") } == true
      return isBeyond ? inCentury(1900) : inCentury(2000)
    }
    if words.count == 5 || words.count == 6 && words[2].isEmpty, short.contains(words[0]) {
      let day = words.count == 6 ? number(words[3], 1) : number(words[2], 2)
      return moment(number(words[words.count - 1], 4), words[1], day, words[words.count - 2])
    }
    return nil
  }
}
