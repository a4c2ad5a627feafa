/// Text that nobody can guess: 43 letters and digits, which is more than 250 bits of the system's random numbers.
@usableFromInline
enum RandomText {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

  @usableFromInline
  static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    return String((0..<43).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
  }
}
