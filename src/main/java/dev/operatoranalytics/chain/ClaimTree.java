package dev.operatoranalytics.chain;

import com.joemelsha.crypto.hash.Keccak;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The Merkle tree by which earners claim rewards: a leaf for each earner, which holds the root of a
 * tree of its cumulative amounts by token. Leaves are in ascending order of addresses and padded
 * with zero bytes to a power of two.
 */
public final class ClaimTree {
  private static final byte[] EMPTY_LEAF = new byte[32];
  private static final byte EARNER_SALT = 0;
  private static final byte TOKEN_SALT = 1;

  private final SortedMap<String, SortedMap<String, BigInteger>> earners = new TreeMap<>();

  /** Sets the cumulative amount (base units) that an earner can claim of a token. */
  public void put(Address earner, Address token, BigInteger cumulative) {
    earners.computeIfAbsent(earner.value(), any -> new TreeMap<>()).put(token.value(), cumulative);
  }

  public int size() {
    return earners.size();
  }

  /** Returns the root as {@code 0x} and 64 lower-case hex digits. */
  public String root() {
    var leaves = new ArrayList<byte[]>(earners.size());
    for (var earner : earners.entrySet()) {
      leaves.add(earnerLeaf(earner.getKey(), tokenRoot(earner.getValue())));
    }
    return hex(rootOf(leaves));
  }

  private static byte[] tokenRoot(Map<String, BigInteger> tokens) {
    var leaves = new ArrayList<byte[]>(tokens.size());
    tokens.forEach((token, cumulative) -> leaves.add(tokenLeaf(token, cumulative)));
    return rootOf(leaves);
  }

  static byte[] earnerLeaf(String earner, byte[] tokenRoot) {
    return hash(new byte[] {EARNER_SALT}, bytes(earner), tokenRoot);
  }

  static byte[] tokenLeaf(String token, BigInteger cumulative) {
    return hash(new byte[] {TOKEN_SALT}, bytes(token), word(cumulative));
  }

  private static byte[] rootOf(List<byte[]> leaves) {
    var nodes = new ArrayList<>(leaves);
    var width = Math.max(1, Integer.highestOneBit(Math.max(1, leaves.size() * 2 - 1)));
    while (nodes.size() < width) {
      nodes.add(EMPTY_LEAF);
    }
    while (nodes.size() > 1) {
      var parents = new ArrayList<byte[]>(nodes.size() / 2);
      for (var i = 0; i < nodes.size(); i += 2) {
        parents.add(hash(nodes.get(i), nodes.get(i + 1)));
      }
      nodes = parents;
    }
    return nodes.getFirst();
  }

  /**
   * Returns the root that a proof leads to.
   *
   * @param index place of the leaf, counted from 0
   * @param proof the sibling of each level, 32 bytes each, from the leaf up
   */
  static byte[] rootOf(byte[] leaf, long index, byte[] proof) {
    var node = leaf;
    var place = index;
    for (var i = 0; i < proof.length; i += 32) {
      var sibling = Arrays.copyOfRange(proof, i, i + 32);
      node = place % 2 == 0 ? hash(node, sibling) : hash(sibling, node);
      place /= 2;
    }
    return node;
  }

  static String hex(byte[] hash) {
    return "0x" + HexFormat.of().formatHex(hash);
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex, 2, hex.length());
  }

  private static byte[] word(BigInteger value) {
    var bytes = value.toByteArray();
    var word = new byte[32];
    var length = Math.min(bytes.length, 32);
    System.arraycopy(bytes, bytes.length - length, word, 32 - length, length);
    return word;
  }

  private static byte[] hash(byte[]... parts) {
    var keccak = new Keccak(256);
    for (var part : parts) {
      keccak.update(part);
    }
    return keccak.digest();
  }
}
