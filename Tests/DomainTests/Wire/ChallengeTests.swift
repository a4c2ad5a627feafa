import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct ChallengeTests {
  /// `scheme(name=value;name=value)`, or `scheme:token68`, with a blank between challenges.
  private func read(_ field: String) -> String { written(Wire.Challenge.parse(field)) }

  private func written(_ challenges: [Wire.Challenge]) -> String {
    challenges.map { challenge in
      let parameters = challenge.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
      return challenge.scheme + (challenge.token68.map { ":\($0)" } ?? "(\(parameters))")
    }.joined(separator: " ")
  }

  @Test(
    "Errors: a WWW-Authenticate field of RFC 9110's grammar is read whole",
    arguments: [
      ("Bearer", "Bearer()"), ("Bearer ", "Bearer()"), (" Bearer", "Bearer()"), ("bEaReR", "bEaReR()"),
      (#"Basic realm="mc""#, "Basic(realm=mc)"), ("Basic realm=mc", "Basic(realm=mc)"),
      // RFC 6750 §3.1
      (
        #"Bearer realm="example", error="invalid_token", error_description="The access token expired""#,
        "Bearer(realm=example;error=invalid_token;error_description=The access token expired)"
      ),
      // RFC 9110 §11.6.1
      (
        #"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#,
        #"Basic(realm=simple) Newauth(realm=apps;type=1;title=Login to "apps")"#
      ),
      ("Basic, Bearer", "Basic() Bearer()"), ("Basic,Bearer a=b", "Basic() Bearer(a=b)"),
      ("Negotiate", "Negotiate()"), ("Negotiate YII/+-._~x==", "Negotiate:YII/+-._~x=="),
      ("Negotiate a", "Negotiate:a"), ("Negotiate a=", "Negotiate:a="),
      ("Negotiate a= , Basic b=c", "Negotiate:a= Basic(b=c)"),
      ("Negotiate a=b", "Negotiate(a=b)"), ("Negotiate a=, NTLM", "Negotiate:a= NTLM()"),
      (#"A b="""#, "A(b=)"), (#"A b="c,d=e, F g=h""#, "A(b=c,d=e, F g=h)"), (#"A b="\\\"\x\,""#, #"A(b=\"x,)"#),
      ("A b=\"c\td é測\"", "A(b=c\td é測)"), ("A b=\"\\測\"", "A(b=測)"),
      (
        "!#$%&'*+-.^_`|~09az !#$%&'*+-.^_`|~09az=!#$%&'*+-.^_`|~09az",
        "!#$%&'*+-.^_`|~09az(!#$%&'*+-.^_`|~09az=!#$%&'*+-.^_`|~09az)"
      ),
      ("A b=c, b=d, B=e", "A(b=c;b=d;B=e)"),
    ])
  func whole(field: String, challenges: String) {
    #expect(read(field) == challenges)
  }

  @Test(
    "Errors: white space that RFC 9110 calls bad, and elements with nothing in them, are read",
    arguments: [
      ("A b = c", "A(b=c)"), ("A b\t=\t\"c\" ", "A(b=c)"), ("A\tb=c", "A(b=c)"), ("A   b=c ,\td =e", "A(b=c;d=e)"),
      (",, ,A b=c,, , d=e,", "A(b=c;d=e)"), ("A , b=c", "A(b=c)"), ("A, b=c", "A(b=c)"), ("A b=c,D", "A(b=c) D()"),
      ("A b= \"c\"", "A(b=c)"), ("A b = ,C d=e", "A()"),
    ])
  func lenient(field: String, challenges: String) {
    #expect(read(field) == challenges)
  }

  @Test(
    "Errors: at a fault the reading of challenges ends, and what was whole before it stands",
    arguments: [
      ("", ""), (" ", ""), (",", ""), ("=", ""), ("\"\"", ""), ("a=b", ""), ("a = b", ""), ("a=b, Bearer c=d", ""),
      ("A{", ""), ("é", ""), ("A\u{0}", ""), ("A \"b\"", "A()"), ("A {", "A()"), ("A b=", "A:b="), ("A b= c", "A(b=c)"),
      (#"A b="c" d="e", f="g""#, "A(b=c)"), (#"A b="c"d="e""#, "A(b=c)"), ("A b=c d=e, f=g", "A(b=c)"),
      ("A b=c{, d=e", "A()"), ("A b=c\"d\"", "A()"), (#"A b="c"#, "A()"), (#"A b="c\"#, "A()"), (#"A b="c\""#, "A()"),
      ("A b=\"c\nd\", e=f", "A()"), ("A b=\"c\u{7F}\", e=f", "A()"), ("A b=\"\\\n\"", "A()"), ("A b\r\n =c", "A()"),
      ("A b=c, d=, e=f", "A(b=c)"), ("A b c=d", "A()"), ("A b==c", "A()"), ("A b=, =c", "A:b="), ("A b/c=d", "A()"),
      ("A b=, c=d, E", "A:b="), ("A B c=d, E f=g", "A()"), ("A b=c, {, D e=f", "A(b=c)"), ("A b=c/d, e=f", "A()"),
    ])
  func faults(field: String, challenges: String) {
    #expect(read(field) == challenges)
  }

  @Test(
    "Errors: schemes and names of parameters are compared without regard to the case of ASCII letters; the first counts"
  )
  func names() throws {
    let challenge = try #require(Wire.Challenge.parse(#"bEARER Error=a, error=b, @"#).first)
    #expect(challenge.isOf(scheme: "Bearer"))
    #expect(!challenge.isOf(scheme: "Beare") && !challenge.isOf(scheme: "Bearer "))
    #expect(challenge["eRROR"] == "a")
    #expect(challenge["err"] == nil)
    #expect(!Wire.Challenge(scheme: "[").isOf(scheme: "{"))
    #expect(!Wire.Challenge(scheme: "to\u{212A}en").isOf(scheme: "token"))
  }

  @Test("Errors: WWW-Authenticate fields are read one by one, in order, whatever the case of their name")
  func fields() {
    var headers: HTTPHeaders = ["WWW-Authenticate": #"A b="c"#, "X": "D", "Proxy-Authenticate": "E"]
    headers.append(name: "www-authenticate", value: "F g=h, I")
    headers.append(name: "WWW-AUTHENTICATE", value: "b=c")
    #expect(written(Wire.Challenge.all(in: headers)) == "A() F(g=h) I()")
    #expect(Wire.Challenge.all(in: [:]).isEmpty)
  }

  @Test("Errors: no text of a challenge shows a word of the server")
  func redaction() {
    let word = Canary.token("challenge")
    for challenge in Wire.Challenge.parse("\(word) \(word)=\"\(word)\", \(word) \(word)==") {
      let texts = everyText(of: challenge) + everyText(of: challenge.parameters)
      #expect(!texts.contains { $0.contains(word) })
    }
  }

  @Test("Errors: a WWW-Authenticate field of a hundred thousand bytes is no trouble", .timeLimit(.minutes(1)))
  func long() {
    for piece in ["A", "A ", "A b", "A b=c,", "A b=\"", "\\", "\"", ",", " ", "=", "A =", "b=\"\\\\\",", "A b=,"] {
      let repeated = String(repeating: piece, count: 100_000 / piece.utf8.count)
      _ = Wire.Challenge.parse(repeated)
      _ = Wire.Challenge.parse("A " + repeated)
      _ = Wire.Challenge.parse("A b=\"" + repeated)
    }
  }
}
