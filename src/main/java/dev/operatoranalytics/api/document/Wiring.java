package dev.operatoranalytics.api.document;

/** Registers fetchers for the fields of a noun. */
public interface Wiring {
  void wire(ResolverRegistry fields);
}
