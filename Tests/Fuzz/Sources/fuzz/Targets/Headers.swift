import Foundation
import ServiceTokenDomain

extension Target {
  /// `WWW-Authenticate` (RFC 9110 §11.6.1): whatever is read can be written, and is then read as the same.
  static let challenge = Target("www-authenticate") { input in
    let field = input.text
    let challenges = Wire.Challenge.parse(field)
    var size = 0
    for challenge in challenges {
      hold(isToken(challenge.scheme), "a scheme is a token")
      hold(challenge.token68 == nil || challenge.parameters.isEmpty, "a token68 stands in place of parameters")
      size += challenge.scheme.utf8.count + (challenge.token68?.utf8.count ?? 0)
      for parameter in challenge.parameters {
        hold(isToken(parameter.name), "a name is a token")
        hold(
          parameter.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 },
          "no value holds a control character")
        size += parameter.name.utf8.count + parameter.value.utf8.count + 1
      }
      if let first = challenge.parameters.first {
        hold(challenge[first.name.uppercased()] == first.value, "a parameter is found in whatever case")
      }
      hold(challenge.isOf(scheme: challenge.scheme.lowercased()), "a scheme is found in whatever case")
    }
    hold(size <= field.utf8.count, "nothing is read twice")
    let written = written(challenges)
    hold(isSame(Wire.Challenge.parse(written), challenges), "what is written is read as the same: \(written)")
    let twice = Wire.Challenge.all(
      in: HTTPHeaders(["WWW-Authenticate", "www-authenticate"].map { HTTPHeaders.Field(name: $0, value: field) }))
    hold(isSame(twice, challenges + challenges), "a second field is read like the first")
    let appended = Wire.Challenge.parse("\(written), Bearer error=\"x\"")
    hold(appended.last?["error"] == "x" && appended.count == challenges.count + 1, "one more challenge is one more")
    input.expectHidden(in: challenges)
    // Whatever a value holds, commas, quotes and what looks like a challenge: written as it should be, it comes back.
    let value = String(decoding: input.bytes.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
    let made = [
      Wire.Challenge(scheme: "Basic", parameters: [.init(name: "realm", value: value), .init(name: "a", value: "b")]),
      Wire.Challenge(scheme: "Negotiate", token68: "c="),
      Wire.Challenge(scheme: "Bearer", parameters: [.init(name: "error", value: value)]),
    ]
    hold(isSame(Wire.Challenge.parse(Self.written(made)), made), "what is made is read as the same")
  }

  private static func isToken(_ text: String) -> Bool {
    let isTokenByte = { (byte: UInt8) in (0x21...0x7E).contains(byte) && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte) }
    return !text.isEmpty && text.utf8.allSatisfy(isTokenByte)
  }

  private static func written(_ challenges: [Wire.Challenge]) -> String {
    challenges.map { challenge in
      if let token68 = challenge.token68 { return "\(challenge.scheme) \(token68)" }
      let parameters = challenge.parameters.map { parameter in
        let escaped = parameter.value.utf8.flatMap { [0x22, 0x5C].contains($0) ? [0x5C, $0] : [$0] }
        return "\(parameter.name)=\"\(String(decoding: escaped, as: UTF8.self))\""
      }
      return "\(challenge.scheme) \(parameters.joined(separator: ", "))"
    }.joined(separator: ", ")
  }

  private static func isSame(_ lhs: [Wire.Challenge], _ rhs: [Wire.Challenge]) -> Bool {
    lhs.elementsEqual(rhs) { left, right in
      left.scheme == right.scheme && left.token68 == right.token68
        && left.parameters.elementsEqual(right.parameters) {
          $0.name == $1.name && $0.value.utf8.elementsEqual($1.value.utf8)
        }
    }
  }

  /// `Retry-After` (SPEC R3): the field in the first line, the answer's `Date` in the second.
  static let retryAfter = Target("retry-after") { input in
    let lines = input.lines(2)
    let now = Timestamp(seconds: 1_700_000_000)
    var headers: HTTPHeaders = ["Retry-After": lines[0]]
    let delay = RetryAfter.delay(in: headers, now: now)
    if let delay {
      hold(.zero <= delay && delay <= .seconds(31_536_000), "a delay is not negative, and a year at most")
      hold(delay.components.attoseconds == 0, "a delay is whole seconds")
    }
    let text = lines[0].trimmingCharacters(in: CharacterSet(charactersIn: " \t"))
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      let digits = text.drop { $0 == "0" }
      let seconds = digits.count > 8 ? 31_536_000 : min(Int64(digits) ?? 0, 31_536_000)
      hold(delay == .seconds(seconds), "seconds are seconds")
    } else {
      hold((delay != nil) == (Wire.HTTPDate.parse(text, now: now) != nil), "what is not seconds is a date")
    }
    headers["Retry-After"] = "\t \(lines[0]) \t"
    hold(RetryAfter.delay(in: headers, now: now) == delay, "blanks around it do not matter")
    headers["Retry-After"] = lines[0]
    headers["Date"] = lines[1]
    let counted = RetryAfter.delay(in: headers, now: now)
    hold((counted != nil) == (delay != nil), "a Date decides from when to count, not whether")
    if let counted {
      hold(.zero <= counted && counted <= .seconds(31_536_000), "a delay is not negative, and a year at most")
    }
    headers["Retry-After"] = lines[1]
    if Wire.HTTPDate.parse(lines[1], now: now) != nil {
      hold(RetryAfter.delay(in: headers, now: now) == .zero, "from a date to itself there is nothing to wait")
    }
  }
}
