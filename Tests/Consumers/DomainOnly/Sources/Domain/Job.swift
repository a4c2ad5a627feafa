/// A thing of the application's own domain.
public struct Job: Sendable {
  public var tenant: String
  public var owner: String
  public var result: String

  public init(tenant: String, owner: String, result: String) {
    self.tenant = tenant
    self.owner = owner
    self.result = result
  }
}
