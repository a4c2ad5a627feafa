import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct JSONTests {
  @Test(
    "S4: a body that is JSON is read as RFC 8259 has it",
    arguments: [
      ("null", .null), (" \t\r\n true \n", .bool(true)), ("false", .bool(false)), (#""""#, ""), ("[]", []), ("{}", [:]),
      ("-0.50e+10", .number("-0.50e+10")), ("0", .number("0")), ("[ 1 , [ ] ]", [.integer(1), []]),
      (#"{ "a" : "b" , "c" : { } }"#, ["a": "b", "c": [:]]),
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u6E2c\u0000""#, "Aé測\u{0}"),
      (#""é測😀\#u{7F}\#u{2028}""#, "é測😀\u{7F}\u{2028}"), (#""\ud83d\uDE00""#, "😀"),
    ] as [(String, Wire.JSON)])
  func readable(text: String, value: Wire.JSON) throws {
    #expect(try Wire.JSON(parsing: Array(text.utf8)) == value)
  }

  @Test(
    "S4: a surrogate without its other half is U+FFFD",
    arguments: [
      (#""\ud83d""#, "\u{FFFD}"), (#""\ude00""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
      (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ud83d\n""#, "\u{FFFD}\n"),
      (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"), (#""\ud83d\\ude00""#, #"\#u{FFFD}\ude00"#),
    ])
  func loneSurrogates(text: String, value: String) throws {
    #expect(try Wire.JSON(parsing: Array(text.utf8)).stringValue == value)
  }

  @Test(
    "S4: a body that is no JSON is refused, with the fault and its place",
    arguments: [
      ("", "unexpected end at byte 0"), ("  ", "unexpected end at byte 2"), ("nul", "unexpected byte at byte 0"),
      ("True", "unexpected byte at byte 0"), ("nullx", "bytes after the value at byte 4"),
      ("{}{}", "bytes after the value at byte 2"), ("[1,]", "unexpected byte at byte 3"),
      ("[,1]", "unexpected byte at byte 1"), ("[1 2]", "unexpected byte at byte 3"), ("[1", "unexpected end at byte 2"),
      ("[1}", "unexpected byte at byte 2"), ("]", "unexpected byte at byte 0"), ("{", "unexpected end at byte 1"),
      (#"{"a"}"#, "unexpected byte at byte 4"), (#"{"a":}"#, "unexpected byte at byte 5"),
      (#"{"a":1,}"#, "unexpected byte at byte 7"), ("{a:1}", "unexpected byte at byte 1"),
      ("{1:1}", "unexpected byte at byte 1"), ("'a'", "unexpected byte at byte 0"),
      (#"{"a":1 "b":2}"#, "unexpected byte at byte 7"), ("/**/1", "unexpected byte at byte 0"),
      (#""abc"#, "unexpected end at byte 4"), (#""\"#, "unexpected end at byte 2"),
      (#""\x""#, "malformed escape at byte 2"), (#""\u12g4""#, "malformed escape at byte 5"),
      (#""\u+123""#, "malformed escape at byte 3"), (#""\u12"#, "unexpected end at byte 5"),
      (#""\ud83d\u""#, "malformed escape at byte 9"), (#""\U0041""#, "malformed escape at byte 2"),
      ("\"a\nb\"", "control character in a string at byte 2"), ("\"\u{0}\"", "control character in a string at byte 1"),
      ("\"\u{1F}\"", "control character in a string at byte 1"), ("01", "bytes after the value at byte 1"),
      ("-", "malformed number at byte 0"), ("[-a]", "malformed number at byte 1"), ("1.", "malformed number at byte 0"),
      ("+1", "unexpected byte at byte 0"), (".5", "unexpected byte at byte 0"), ("1e", "malformed number at byte 0"),
      ("NaN", "unexpected byte at byte 0"), ("Infinity", "unexpected byte at byte 0"),
      ("0x10", "bytes after the value at byte 1"), ("\u{FEFF}{}", "unexpected byte at byte 0"),
      ("\u{A0}1", "unexpected byte at byte 0"), ("1\u{0}", "bytes after the value at byte 1"),
      ("\u{C}1", "unexpected byte at byte 0"),
    ])
  func unreadable(text: String, fault: String) throws {
    let failure = #expect(throws: Wire.JSON.ParseFailure.self) { try Wire.JSON(parsing: Array(text.utf8)) }
    #expect(failure?.description == fault)
  }

  @Test(
    "S4: bytes that are not UTF-8 are no JSON",
    arguments: [
      [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE6, 0xB8], [0x80],
      Array(#"\u00e9"#.utf8) + [0xA9], [0xC3] + Array(#"\u00a9"#.utf8),
    ] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let failure = #expect(throws: Wire.JSON.ParseFailure.self) {
      try Wire.JSON(parsing: [0x20, quote] + bytes + [quote])
    }
    #expect(failure?.description == "invalid UTF-8 in a string at byte 1")
    #expect(throws: Wire.JSON.ParseFailure.self) { try Wire.JSON(parsing: bytes) }
  }

  @Test("S4: 64 arrays and objects in each other are read, 65 are refused")
  func depth() throws {
    func nested(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
      Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
    }
    for (open, close) in [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")] {
      let levels = open.hasPrefix("[{") ? 2 : 1
      #expect(throws: Never.self) { try Wire.JSON(parsing: nested(64 / levels, open, close)) }
      let failure = #expect(throws: Wire.JSON.ParseFailure.self) {
        try Wire.JSON(parsing: nested(64 / levels + 1, open, close))
      }
      #expect(failure?.fault == .tooDeep)
    }
    #expect(throws: Never.self) { try Wire.JSON(parsing: Array("1".utf8), maximumDepth: 0) }
    #expect(throws: Wire.JSON.ParseFailure.self) { try Wire.JSON(parsing: Array("[]".utf8), maximumDepth: 0) }
    #expect(throws: Never.self) { try Wire.JSON(parsing: nested(128, "[", "]"), maximumDepth: .max) }
    #expect(throws: Wire.JSON.ParseFailure.self) { try Wire.JSON(parsing: nested(129, "[", "]"), maximumDepth: .max) }
  }

  @Test("S4: a hundred thousand brackets cost no more than the 65 that are looked at")
  func deepNestingIsCheap() {
    let brackets = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    let failure = #expect(throws: Wire.JSON.ParseFailure.self) { try Wire.JSON(parsing: brackets) }
    #expect(failure?.description == "nested too deep at byte 64")
  }

  @Test("S4: the last duplicate of a key wins, and keys are compared byte for byte")
  func keys() throws {
    let body = #"{"expires_in":1,"access_token":"a","expires_in":null,"token":"b","to\#u{212A}en":"c","é":1}"#
    let json = try Wire.JSON(parsing: Array(body.utf8))
    #expect(json["expires_in"]?.isNull == true)
    #expect(json["access_token"]?.stringValue == "a")
    #expect(json["toKen"] == nil)
    #expect(json["to\u{212A}en"]?.stringValue == "c")
    #expect(json["e\u{301}"] == nil)
    #expect(json["missing"] == nil)
    #expect(Wire.JSON.array(["access_token"])["access_token"] == nil)
  }

  @Test func accessorsAnswerForTheirOwnKindOnly() {
    let all: [Wire.JSON] = [.null, .bool(true), .number("1.50"), "text", ["text"], ["a": "text"]]
    #expect(all.map(\.isNull) == [true, false, false, false, false, false])
    #expect(all.map(\.numberText) == [nil, nil, "1.50", nil, nil, nil])
    #expect(all.map(\.stringValue) == [nil, nil, nil, "text", nil, nil])
  }

  @Test("D3: an object is written compact, its members in order, with no escape that JSON does not demand")
  func written() {
    let body: Wire.JSON = [
      "expires_in_seconds": .integer(300), "method": "GET",
      "object_key": "users/42/測 a+b&c=d?#<\"\\>.bin", "z": [.null, .bool(true), .bool(false), [:], []], "a": "",
    ]
    let text =
      #"{"expires_in_seconds":300,"method":"GET","object_key":"users/42/測 a+b&c=d?#<\"\\>.bin","#
      + #""z":[null,true,false,{},[]],"a":""}"#
    #expect(String(decoding: body.serialized(), as: UTF8.self) == text)

    let controls = String(String.UnicodeScalarView((0..<0x21).compactMap(Unicode.Scalar.init)))
    let escaped =
      #"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000B\f\r\u000E\u000F"#
      + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F "#
    #expect(String(decoding: Wire.JSON.string(controls).serialized(), as: UTF8.self) == "\"\(escaped)\"")
  }

  @Test func valuesAreEqualWhereTheyAreWrittenTheSame() {
    #expect(Wire.JSON.number("1") != .number("1.0"))
    #expect(Wire.JSON.string("1") != .number("1"))
    #expect(["a": "1", "b": "2"] as Wire.JSON != ["b": "2", "a": "1"])
    #expect(Wire.JSON.string("é") != .string("e\u{301}"))
    #expect([[], [:]] as Wire.JSON == [[], [:]])
  }

  @Test("S4: no way of printing a value, a member or a failure shows what a body holds")
  func nothingIsShown() throws {
    let json = try Wire.JSON(parsing: Array(#"{"hush":["hush",{"hush":31337}],"n":31337,"t":true}"#.utf8))
    guard case .object(let members) = json else { return #expect(Bool(false), "not an object") }
    var values: [Any] = [json, [json], members, members[0], Optional(json) as Any, (json, members)]
    values += members.map(\.value)
    do {
      _ = try Wire.JSON(parsing: Array(#"["hush",31337,hush]"#.utf8))
    } catch {
      values += [error, error as any Error]
    }
    for value in values {
      var dumped = ""
      dump(value, to: &dumped)
      for text in ["\(value)", String(describing: value), String(reflecting: value), dumped] {
        #expect(!text.contains("hush") && !text.contains("31337"), "\(text)")
      }
    }
    #expect("\(json)" == "object of 3")
    #expect(members.map(\.description) == ["member: array of 2", "member: number", "member: boolean"])
    #expect(Mirror(reflecting: json).children.isEmpty)
  }

  @Test(
    "S4: a body of 1 MiB takes time in proportion to its length", .apart,
    .timeLimit(.minutes(1)),
    arguments: [
      ("[", "0,", 524_000, "0]"), ("\"", "a", 1_048_000, "\""), ("\"", #"\n"#, 524_000, "\""),
      ("\"", #"\ud83d"#, 174_000, "\""), ("1", "0", 1_048_000, ""), ("{", #""a":"","#, 149_000, #""a":""}"#),
      ("", " ", 1_048_000, "1"),
    ])
  func largeBodies(start: String, piece: String, count: Int, end: String) throws {
    let body = start + String(repeating: piece, count: count) + end
    #expect(throws: Never.self) { try Wire.JSON(parsing: Array(body.utf8)) }
  }
}
