package dev.operatoranalytics.source;

import java.util.List;

/**
 * A log as {@code eth_getLogs} returns it, with the time of its block.
 *
 * @param address the contract, {@code 0x} and hex digits, as are topics, data and hashes
 * @param topics the first names the event; the others are its indexed arguments
 * @param data the other arguments
 * @param blockTimestamp unix seconds
 * @param transactionIndex index within the block
 * @param logIndex index within the block
 */
public record RawLog(
    String address,
    List<String> topics,
    String data,
    long blockNumber,
    String blockHash,
    long blockTimestamp,
    String transactionHash,
    long transactionIndex,
    long logIndex) {}
