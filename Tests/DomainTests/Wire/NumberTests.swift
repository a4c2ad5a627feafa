import Foundation
import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct NumberTests {
  @Test(
    "S4: expires_in of JSON's number grammar is rounded down, exactly",
    arguments: [
      ("3600", 3600), ("0", 0), ("-0", 0), ("3600.0", 3600), ("3600.9999999999999999999", 3600), ("0.999", 0),
      ("-0.1", -1), ("-1", -1), ("-1.000", -1), ("-1.0001", -2), ("3.6e3", 3600), ("3.6E+3", 3600), ("36001e-1", 3600),
      ("-36001e-1", -3601), ("0.0036e6", 3600), ("1e-400", 0), ("-1e-400", -1), ("0e999999999999999999999", 0),
      ("0e-99999999999999999999999", 0), ("9007199254740993", 9_007_199_254_740_993), ("5e-1", 0), ("12e-5", 0),
    ] as [(String, Int64)])
  func flooring(text: String, floor: Int64) throws {
    let number = try #require(Wire.Number(text))
    #expect(number.floor == floor)
  }

  @Test(
    "S4: expires_in may be a number or a string of its grammar",
    arguments: [("3600.5", 3600), (#""3600.5""#, 3600), (#""1h""#, nil), ("true", nil)] as [(String, Int64?)])
  func numberOrString(text: String, floor: Int64?) throws {
    let json = try Wire.JSON(parsing: Array(text.utf8))
    #expect((json.numberText ?? json.stringValue).flatMap(Wire.Number.init)?.floor == floor)
  }

  @Test(
    "S4: a number beyond Int64 saturates while it is finite",
    arguments: [
      ("9223372036854775807", .max), ("9223372036854775807.9", .max), ("9223372036854775808", .max),
      ("9223372036854775806.9", .max - 1), ("1e19", .max), ("1e308", .max), ("1.7976931348623157e308", .max),
      ("-9223372036854775808", .min), ("-9223372036854775807.5", .min), ("-9223372036854775808.1", .min),
      ("-1e19", .min), ("-1e308", .min),
    ] as [(String, Int64)])
  func saturation(text: String, floor: Int64) throws {
    let number = try #require(Wire.Number(text))
    #expect(number.floor == floor)
  }

  @Test(
    "S4: a number that is not finite as a Double has no value",
    arguments: ["1e309", "-1e309", "1e999999999999999999999", "1.8e308", "1" + String(repeating: "0", count: 400)])
  func infinity(text: String) throws {
    let number = try #require(Wire.Number(text))
    #expect(number.floor == nil)
  }

  @Test(
    "S4: text outside of JSON's number grammar is no number",
    arguments: [
      "", "-", "+3", " 3", "3 ", "03", "-03", "00", ".5", "5.", "-.5", "5.e1", "1e", "1e+", "1e1.5", "1e1e1", "0x10",
      "inf", "nan", "Infinity", "NaN", "1,000", "1_000", "--1", "3600s", "３", "1\n", "1\u{0}", "true",
    ])
  func outsideOfTheGrammar(text: String) {
    #expect(Wire.Number(text) == nil)
  }

  @Test func manyNumbersAgreeWithDecimal() throws {
    var random = WireRandom(seed: 7)
    for _ in 0..<3000 {
      let sign = Bool.random(using: &random) ? "-" : ""
      let whole = String(UInt64.random(in: 0...UInt64.max >> UInt64.random(in: 1...63, using: &random), using: &random))
      let fraction = String(UInt32.random(in: .min ... .max, using: &random))
      let exponent = Int.random(in: -12...8, using: &random)
      let text = "\(sign)\(whole).\(fraction)e\(exponent)"

      var exact = try #require(Decimal(string: text))
      var rounded = Decimal()
      unsafe NSDecimalRound(&rounded, &exact, 0, .down)
      let expected = Int64("\(rounded)") ?? (sign.isEmpty ? .max : .min)
      #expect(Wire.Number(text)?.floor == expected, "\(text)")
    }
  }

  @Test(.apart, .timeLimit(.minutes(1))) func aMillionDigitsAreNoTrouble() {
    let digits = String(repeating: "9", count: 1_000_000)
    #expect(Wire.Number("3600." + digits)?.floor == 3600)
    #expect(Wire.Number("0." + digits + "e3")?.floor == 999)
    #expect(Wire.Number(digits)?.floor == nil)
  }
}
