/// How long to leave a server alone after fetches that nobody waited for failed: a refresh, a probe.
///
/// | failure in a row | 1 | 2 | 3 | 4 | 5 | 6 and more |
/// | --- | --- | --- | --- | --- | --- | --- |
/// | pause | 1 s | 2 s | 4 s | 8 s | 16 s | 30 s |
public enum Pause {
  /// The first pause.
  public static let shortest: Duration = .seconds(1)
  /// The longest one.
  public static let longest: Duration = .seconds(30)

  /// The pause after the failure with this number, from 1.
  public static func afterFailure(number: Int) -> Duration {
    min(shortest * (1 << min(max(number - 1, 0), 5)), longest)
  }
}
