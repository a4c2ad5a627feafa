/// Whether logs show a label that is a user's data, such as an object key (SPEC §7).
public enum UserDataInLogs: Sendable, Hashable, CaseIterable {
  /// As it is, like the original.
  case shown
  /// As a number that is the same for the same label within a process, and says nothing else.
  case hashed
  /// Not at all; the field is left out.
  case dropped

  /// What the log shows of `label`.
  public func shown(_ label: EndpointLabel) -> String? {
    guard label.isUserData else { return label.text }
    return switch self {
    case .shown: label.text
    // Swift seeds its hasher for each process, so that a key cannot be guessed from its hash.
    case .hashed: "#" + String(UInt64(bitPattern: Int64(label.text.hashValue)), radix: 16)
    case .dropped: nil
    }
  }
}
