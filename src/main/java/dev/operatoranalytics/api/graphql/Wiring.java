package dev.operatoranalytics.api.graphql;

/** How the fields of a noun are answered. */
public interface Wiring {
  void wire(Fields fields);
}
