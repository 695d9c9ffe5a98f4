package dev.operatoranalytics.api.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The pages. Each has a module that renders it and a document of docs/queries that it reads. */
enum WebPage {
  NETWORK("/", "Network", "network/network", "network-page"),
  OPERATORS("/operators", "Operators", "operators/operators", "operators-table"),
  OPERATOR("/operators/{address}", "Operator", "operators/operator", "operator-page"),
  STRATEGIES("/strategies", "Strategies", "strategies/strategies", "strategies-table"),
  STRATEGY("/strategies/{address}", "Strategy", "strategies/strategy", "strategy-page"),
  AVSES("/avs", "AVSs", "avs/avses", "avses-table"),
  AVS("/avs/{address}", "AVS", "avs/avs", "avs-page"),
  DELEGATOR("/delegators/{address}", "Delegator", "delegators/delegator", "delegator-page"),
  SLASHES("/slashes", "Slashes", "slashes/slashes", "slashes"),
  COMPARE("/compare", "Compare", "compare/compare", "comparison"),
  EPOCHS("/epochs", "Epochs", "epochs/epochs", "epochs-chart"),
  PIPELINE("/pipeline", "Pipeline", "pipeline/pipeline", "pipeline-status"),
  DEVELOPERS("/developers", "Developers", "developers/developers", "service-limits");

  private final String path;
  private final String title;
  private final String module;
  private final String document;

  WebPage(String path, String title, String module, String document) {
    this.path = path;
    this.title = title;
    this.module = module;
    this.document = document;
  }

  /** The page of a path such as {@code /operators/0x12}, with or without a slash at its end. */
  static Optional<WebPage> of(String path) {
    var parts = path.split("/");
    return Arrays.stream(values())
        .filter(
            page -> {
              var own = page.path.split("/");
              return own.length == parts.length
                  && (own.length < 2 || own[1].equals(parts[1]))
                  && (own.length < 3 || own[2].startsWith("{") || own[2].equals(parts[2]));
            })
        .findFirst();
  }

  /**
   * The HTML of the page. All URLs are relative, because a proxy may serve pages under a prefix.
   */
  String html(WebAssets assets, boolean needsKey) {
    var depth = (int) path.chars().filter(each -> each == '/').count() - 1;
    var root = depth == 0 ? "./" : "../".repeat(depth);
    return assets
        .template()
        .replace("{{navigation}}", navigation())
        .replace("{{title}}", title)
        .replace("{{root}}", root)
        .replace("{{assets}}", "assets/" + assets.hash() + "/")
        .replace("{{module}}", module)
        .replace("{{document}}", document)
        .replace("{{page}}", name().toLowerCase(Locale.ROOT))
        .replace("{{needs-key}}", Boolean.toString(needsKey));
  }

  private String navigation() {
    var links = new StringBuilder();
    for (var page : values()) {
      if (!page.path.contains("{")) {
        links.append(
            "        <a href=\"{{root}}%s\"%s>%s</a>%n"
                .formatted(
                    page.path.substring(1),
                    path.equals(page.path) || path.startsWith(page.path + "/")
                        ? " aria-current=\"page\""
                        : "",
                    page.title));
      }
    }
    return links.toString();
  }
}
