/// The secret values of the test run. Whatever a test prints or logs is searched for them afterwards, so every test that
/// needs a secret takes one of these.
public enum Canary {
  /// The client secret; it holds the characters over which servers split (SPEC S3).
  public static let secret = "s3cr3t+/=& %x"
  /// What every token of the tests begins with.
  public static let tokenPrefix = "canary-token-"

  /// A token of the tests.
  public static func token(_ name: some CustomStringConvertible) -> String { "\(tokenPrefix)\(name)" }
}
