/// The little of the wire that an endpoint kind needs: JSON, forms, percent-encoding, Base64, dates and challenges,
/// without Foundation. Small on purpose: each does what tokens need, and what Foundation has too is held against it in
/// the tests.
public enum Wire {}
