package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.document.ResolverRegistry;
import dev.operatoranalytics.api.document.Wiring;
import dev.operatoranalytics.api.query.GlobalId;
import dev.operatoranalytics.api.query.UserInputError;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;

/** Resolves {@code search}. */
@Singleton
class SearchWiring implements Wiring {
  private static final int MAX_TEXT = 100;
  private static final int MAX_RESULTS = 100;

  private final SearchQueries search;

  SearchWiring(SearchQueries search) {
    this.search = search;
  }

  @Override
  public void wire(ResolverRegistry fields) {
    fields.nodes("search", this::find);
  }

  private List<GlobalId> find(DataFetchingEnvironment env) {
    var text = Objects.requireNonNull(env.<String>getArgument("text")).strip();
    int first = Objects.requireNonNull(env.<Integer>getArgument("first"));
    if (text.isEmpty() || text.length() > MAX_TEXT || text.indexOf('\0') >= 0) {
      throw new UserInputError(
          "text is 1 to %d characters, none of them NUL".formatted(MAX_TEXT));
    }
    if (first < 1 || first > MAX_RESULTS) {
      throw new UserInputError("first is 1 to %d, not %,d".formatted(MAX_RESULTS, first));
    }
    return search.find(text, first);
  }
}
