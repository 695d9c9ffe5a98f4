package dev.operatoranalytics.api.document;

/** How the fields of a noun are answered. */
public interface Wiring {
  void wire(ResolverRegistry fields);
}
