package dev.operatoranalytics.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import dev.operatoranalytics.database.TestPostgres;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Java and SQL parse numbers and keys of the chain exactly, or reject them. */
class ChainValuesTest {
  private static final Path VECTORS = Path.of("../shared/data/epochs/vectors.json");
  private static final BigInteger MAX_U128 = BigInteger.TWO.pow(128).subtract(BigInteger.ONE);

  @Test
  void numbers_of_the_vectors_are_parsed_or_rejected_as_expected() throws Exception {
    for (var vector : vectors().get("numbers").values()) {
      var text = vector.get("text");
      if (vector.get("value").isNull()) {
        assertThatThrownBy(() -> read(text))
            .as(text.toString())
            .isInstanceOf(IllegalArgumentException.class);
      } else {
        assertThat(read(text)).hasToString(vector.get("value").getStringValue());
      }
    }
  }

  private static BigInteger read(JsonNode text) {
    if (text.isString()) {
      return U128.parse(text.getStringValue()).value();
    }
    if (text.getNumberValue() instanceof Double) {
      throw new IllegalArgumentException("the parser hands over only whole numbers");
    }
    return U128.of(text.getLongValue()).value();
  }

  @Test
  void keys_of_the_vectors_name_operator_domain_and_epoch() throws Exception {
    for (var vector : vectors().get("storage_keys").values()) {
      var text = vector.get("key").getStringValue();
      var key = StorageKey.parse(StorageKey.StorageMap.SHARE_PRICES, text);

      assertThat(key)
          .isEqualTo(
              new StorageKey(
                  StorageKey.StorageMap.SHARE_PRICES,
                  vector.get("operator_id").getLongValue(),
                  vector.get("domain_id").getLongValue(),
                  vector.get("epoch").getLongValue()));
      assertThat(key).hasToString(text);
    }
  }

  @Test
  void prices_and_conversions_of_the_vectors_hold_in_sql() throws Exception {
    try (var connection = TestPostgres.fresh("analytics").connect();
        var statement =
            connection.prepareStatement(
                """
                select chain_share_price(shares, stake), stake_per_share(stake, shares),
                    stake_to_shares(1e21, chain_share_price(shares, stake)),
                    shares_to_stake(1e21, chain_share_price(shares, stake))
                from (select ?::numeric as shares, ?::numeric as stake) as held
                """)) {
      for (var vector : vectors().get("share_price").values()) {
        statement.setString(1, vector.get("shares").getStringValue());
        statement.setString(2, vector.get("stake").getStringValue());
        try (var row = statement.executeQuery()) {
          row.next();
          assertThat(row.getString(1)).isEqualTo(text(vector, "chain_perquintill"));
          assertThat(row.getString(2)).isEqualTo(text(vector, "stake_per_share_1e18"));
          assertThat(row.getString(3)).isEqualTo(text(vector, "stake_to_shares_of_1e21"));
          assertThat(row.getString(4)).isEqualTo(text(vector, "shares_to_stake_of_1e21"));
        }
      }
    }
  }

  @Test
  void any_text_is_parsed_exactly_or_rejected_and_sql_agrees() throws Exception {
    var random = new Random(20_261_121);
    var accepted = 0;
    try (var connection = TestPostgres.fresh("analytics").connect();
        var comma = connection.prepareStatement("select parse_comma_number(?)");
        var hex = connection.prepareStatement("select hex_to_numeric(?)")) {
      for (var i = 0; i < 6_000; i++) {
        var text = text(random);
        var expected = reference(text);
        if (expected == null) {
          assertThatThrownBy(() -> U128.parse(text))
              .as(text)
              .isInstanceOf(IllegalArgumentException.class);
        } else {
          assertThat(U128.parse(text).value()).as(text).isEqualTo(expected);
          accepted++;
        }
        if (i % 10 == 0 && text.indexOf('\0') < 0) {
          var statement = text.startsWith("0x") ? hex : comma;
          assertThat(query(statement, text))
              .as(text)
              .isEqualTo(expected == null ? "refused" : expected.toString());
        }
      }
    }
    assertThat(accepted).isBetween(1_000, 5_000);
  }

  private static String query(java.sql.PreparedStatement statement, String text) {
    try {
      statement.setString(1, text);
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    } catch (SQLException e) {
      return "22P02".equals(e.getSQLState()) ? "refused" : e.toString();
    }
  }

  /** A number in one of its forms, sometimes with an invalid character. */
  private static String text(Random random) {
    var number = new BigInteger(random.nextInt(132), random);
    var text =
        switch (random.nextInt(3)) {
          case 0 -> number.toString();
          case 1 -> String.format("%,d", number);
          default -> "0x" + number.toString(16);
        };
    if (random.nextInt(3) == 0) {
      var spoiling = "0,x -+.eE%\0\u0661\u00e9f";
      var at = random.nextInt(text.length() + 1);
      text =
          text.substring(0, at)
              + spoiling.charAt(random.nextInt(spoiling.length()))
              + text.substring(at);
    }
    return text;
  }

  private static @Nullable BigInteger reference(String text) {
    BigInteger value = null;
    if (Pattern.matches("0|[1-9][0-9]*|[1-9][0-9]{0,2}(,[0-9]{3})+", text)) {
      value = new BigInteger(text.replace(",", ""));
    } else if (Pattern.matches("0x[0-9a-fA-F]{1,32}", text)) {
      value = new BigInteger(text.substring(2), 16);
    }
    return value == null || value.compareTo(MAX_U128) > 0 ? null : value;
  }

  @Test
  void any_key_is_parsed_exactly_or_rejected() {
    var random = new Random(7);
    for (var i = 0; i < 5_000; i++) {
      var key =
          new StorageKey(
              StorageKey.StorageMap.SHARE_PRICES,
              random.nextLong(),
              random.nextInt() & 0xffff_ffffL,
              random.nextInt() & 0xffff_ffffL);
      assertThat(StorageKey.parse(StorageKey.StorageMap.SHARE_PRICES, key.toString()))
          .isEqualTo(key);
      var spoilt = new StringBuilder(key.toString());
      spoilt.setCharAt(random.nextInt(spoilt.length()), "gZ,\0é".charAt(random.nextInt(5)));
      assertThatThrownBy(
              () -> StorageKey.parse(StorageKey.StorageMap.SHARE_PRICES, spoilt.toString()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> StorageKey.parse(StorageKey.StorageMap.OPERATORS, key.toString()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static String text(JsonNode vector, String field) {
    return vector.get(field).getStringValue();
  }

  private static JsonNode vectors() throws IOException {
    if (!Files.isReadable(VECTORS)) {
      System.out.println("SKIPPED: the vectors are missing: " + VECTORS);
    }
    assumeTrue(Files.isReadable(VECTORS), "SKIPPED: no " + VECTORS);
    try (var json = new JsonFactory().createParser(VECTORS.toFile())) {
      return JsonNodeTreeCodec.getInstance().readTree(json);
    }
  }
}
