package dev.operatoranalytics.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Claim trees have the roots that the contract verifies claims by. */
class ClaimTreeTest {
  private static final Path PROOFS = Path.of("../shared/data/protocol/reward-claim-proofs");

  @Test
  void published_claims_lead_to_their_roots() throws IOException {
    assumeTrue(Files.exists(PROOFS), "skipped: there is no " + PROOFS);
    var claims = 0;
    try (var files = Files.list(PROOFS)) {
      for (var file : files.toList()) {
        var claim = json(Files.readString(file));
        var earner = claim.get("EarnerLeaf");
        var tokenRoot = text(earner, "EarnerTokenRoot");
        for (var i = 0; i < claim.get("TokenLeaves").size(); i++) {
          var token = claim.get("TokenLeaves").get(i);
          var leaf =
              ClaimTree.tokenLeaf(
                  text(token, "Token"), token.get("CumulativeEarnings").getBigIntegerValue());
          assertThat(
                  ClaimTree.hex(
                      ClaimTree.rootOf(
                          leaf,
                          claim.get("LeafIndices").get(i).getIntValue(),
                          proof(claim.get("TokenTreeProofs").get(i)))))
              .as("%s, token %d", file, i)
              .isEqualTo(tokenRoot);
          claims++;
        }
        assertThat(
                ClaimTree.hex(
                    ClaimTree.rootOf(
                        ClaimTree.earnerLeaf(text(earner, "Earner"), ClaimTree.bytes(tokenRoot)),
                        claim.get("EarnerIndex").getIntValue(),
                        proof(claim.get("EarnerTreeProof")))))
            .as(file.toString())
            .isEqualTo(text(claim, "Root"));
      }
    }
    assertThat(claims).isPositive();
  }

  @Test
  void a_whole_tree_of_one_earner_has_the_published_root() throws IOException {
    var file = PROOFS.resolve("processClaimProofs_Root1.json");
    assumeTrue(Files.exists(file), "skipped: there is no " + file);
    var claim = json(Files.readString(file));
    // the claim names all tokens of the earner
    var tree = new ClaimTree();
    var earner = new Address(text(claim.get("EarnerLeaf"), "Earner"));
    for (var token : claim.get("TokenLeaves").values()) {
      tree.put(
          earner,
          new Address(text(token, "Token")),
          token.get("CumulativeEarnings").getBigIntegerValue());
    }

    assertThat(tree.root())
        .isEqualTo(
            ClaimTree.hex(
                ClaimTree.earnerLeaf(
                    earner.value(),
                    ClaimTree.bytes(text(claim.get("EarnerLeaf"), "EarnerTokenRoot")))));
  }

  @Test
  void every_leaf_of_random_trees_leads_to_the_root_whatever_the_order_of_arrival() {
    var random = new Random(23);
    for (var size = 1; size <= 20; size++) {
      var rows = new ArrayList<String[]>();
      for (var i = 0; i < size; i++) {
        rows.add(new String[] {"0x%040x".formatted(i * 7 + 1), Integer.toString(i + 1)});
      }
      var token = new Address("0x%040x".formatted(99));
      var shuffled = new ArrayList<>(rows);
      Collections.shuffle(shuffled, random);
      var tree = new ClaimTree();
      shuffled.forEach(row -> tree.put(new Address(row[0]), token, new BigInteger(row[1])));

      var leaves = new ArrayList<byte[]>();
      for (var row : rows) {
        leaves.add(
            ClaimTree.earnerLeaf(
                row[0], ClaimTree.tokenLeaf(token.value(), new BigInteger(row[1]))));
      }
      assertThat(tree.root()).isEqualTo(ClaimTree.hex(recursive(leaves, 0, width(size))));
      assertThat(tree.size()).isEqualTo(size);
    }
  }

  private static int width(int size) {
    var width = 1;
    while (width < size) {
      width *= 2;
    }
    return width;
  }

  /** Builds a tree from the top, unlike the tested class; a node is a proof of one level. */
  private static byte[] recursive(List<byte[]> leaves, int from, int width) {
    if (width == 1) {
      return from < leaves.size() ? leaves.get(from) : new byte[32];
    }
    return ClaimTree.rootOf(
        recursive(leaves, from, width / 2), 0, recursive(leaves, from + width / 2, width / 2));
  }

  private static byte[] proof(JsonNode hex) {
    return ClaimTree.bytes(hex.getStringValue());
  }

  private static String text(JsonNode node, String name) {
    return node.get(name).getStringValue();
  }

  private static JsonNode json(String text) throws IOException {
    try (var parser = new JsonFactory().createParser(text)) {
      return JsonNodeTreeCodec.getInstance().readTree(parser);
    }
  }
}
