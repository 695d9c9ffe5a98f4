package dev.operatoranalytics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** Prints the twenty slowest test methods of the reports in a directory, which may be missing. */
final class SlowestTests {
  private static final int LISTED = 20;

  void main(String[] arguments) throws IOException, ParserConfigurationException, SAXException {
    var directory = Path.of(arguments[0]);
    if (!Files.exists(directory)) {
      return;
    }
    var parser = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
    var seconds = new HashMap<String, Double>();
    try (var reports = Files.newDirectoryStream(directory, "TEST-*.xml")) {
      for (var report : reports) {
        var tests = parser.parse(report.toFile()).getElementsByTagName("testcase");
        for (var i = 0; i < tests.getLength(); i++) {
          var test = (Element) tests.item(i);
          var simpleClass = test.getAttribute("classname").replaceFirst(".*\\.", "");
          // the arguments of a parameterized test follow its name
          var method = test.getAttribute("name").replaceFirst("[^\\w].*", "");
          seconds.merge(
              simpleClass + "#" + method,
              Double.valueOf(test.getAttribute("time").replace(",", "")),
              Double::sum);
        }
      }
    }
    System.out.println("Slowest tests:");
    seconds.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
        .limit(LISTED)
        .forEach(each -> System.out.printf("%6.1f s  %s%n", each.getValue(), each.getKey()));
  }
}
