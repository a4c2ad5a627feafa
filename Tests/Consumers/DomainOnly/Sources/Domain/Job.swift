/// A thing of the application's own domain.
package struct Job: Sendable {
  package var tenant: String
  package var owner: String
  package var result: String

  package init(tenant: String, owner: String, result: String) {
    self.tenant = tenant
    self.owner = owner
    self.result = result
  }
}
