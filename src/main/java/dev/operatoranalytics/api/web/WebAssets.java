package dev.operatoranalytics.api.web;

import dev.operatoranalytics.chain.Sha256;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * All files that pages load: modules, styles, uPlot, and the documents of docs/queries. Their URLs
 * contain one hash over all of them, so that modules import each other by relative URLs and clients
 * may keep every file for ever.
 */
@Singleton
class WebAssets {
  private static final String TEMPLATE = "page.html";
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/%s/dist/";
  private static final int HASH_LENGTH = 16;

  private final Map<String, WebFile> files = new TreeMap<>();
  private final String template;
  private final String hash;

  WebAssets(JsonMapper json) throws IOException {
    var pages = directory("/web/" + TEMPLATE);
    template = new String(Objects.requireNonNull(pages.remove(TEMPLATE)), StandardCharsets.UTF_8);
    pages.forEach((name, content) -> files.put(name, WebFile.of(name, content)));
    for (var document : directory("/queries/network-page.graphql").entrySet()) {
      if (!document.getKey().endsWith(".graphql")) {
        continue;
      }
      var text = new String(document.getValue(), StandardCharsets.UTF_8);
      var name = "queries/" + document.getKey().replace(".graphql", ".json");
      var content = Map.of("document", text, "sha256Hash", Sha256.of(text));
      files.put(name, WebFile.of(name, json.writeValueAsBytes(content)));
    }
    var uplot = UPLOT.formatted(uplotVersion());
    files.put("lib/uplot.js", WebFile.of("uplot.js", resource(uplot + "uPlot.iife.min.js")));
    files.put("lib/uplot.css", WebFile.of("uplot.css", resource(uplot + "uPlot.min.css")));
    var all = new StringBuilder();
    files.forEach(
        (name, file) ->
            all.append(name)
                .append(new String(file.content(), StandardCharsets.UTF_8))
                .append('\0'));
    hash = Sha256.of(all.toString()).substring(0, HASH_LENGTH);
  }

  String hash() {
    return hash;
  }

  /** The HTML of every page, with placeholders such as <code>{{title}}</code>. */
  String template() {
    return template;
  }

  Optional<WebFile> find(String name) {
    return Optional.ofNullable(files.get(name));
  }

  private static String uplotVersion() throws IOException {
    var properties = new Properties();
    try (var file =
        Objects.requireNonNull(
            WebAssets.class.getResourceAsStream(
                "/META-INF/maven/org.webjars.npm/uplot/pom.properties"))) {
      properties.load(file);
    }
    return properties.getProperty("version");
  }

  private static byte[] resource(String name) throws IOException {
    try (var file = Objects.requireNonNull(WebAssets.class.getResourceAsStream(name), name)) {
      return file.readAllBytes();
    }
  }

  /** The content of all files below the directory of a resource, by relative name. */
  private static Map<String, byte[]> directory(String resource) throws IOException {
    var uri = uri(resource);
    if (!uri.getScheme().equals("jar")) {
      return contents(Path.of(uri).resolveSibling(""));
    }
    try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
      return contents(jar.getPath(resource).resolveSibling(""));
    }
  }

  private static URI uri(String resource) {
    try {
      return Objects.requireNonNull(WebAssets.class.getResource(resource), resource).toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, byte[]> contents(Path root) throws IOException {
    var contents = new TreeMap<String, byte[]>();
    try (var found = Files.walk(root)) {
      found
          .filter(Files::isRegularFile)
          .forEach(file -> contents.put(root.relativize(file).toString(), content(file)));
    }
    return contents;
  }

  private static byte[] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
