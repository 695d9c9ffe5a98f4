package dev.operatoranalytics.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.chain.Contract;
import dev.operatoranalytics.network.Network.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkTest {
  private static final String LOCAL =
      """
      name: local
      chainId: 31337
      firstBlock: 7
      slotSeconds: 12
      withdrawalDelayBlocks: 40
      deallocationDelayBlocks: 41
      allocationConfigurationDelayBlocks: 15
      contracts:
        DelegationManager: "0xDC64a140aa3e981100a9beca4e685f962f0cf6c9"
        StrategyManager: "0x5fc8d32690cc91d4c39d9d3abcbd16989f875707"
        AllocationManager: "0x0165878a594ca255338adfa4d48449f69242eb8f"
        EigenPodManager:
          address: "0xa513e6e4b8f2a923d98304ec87f64353c4d5c853"
          firstBlock: 9
      """;

  @TempDir private Path directory;

  @Test
  void a_file_says_delays_and_where_contracts_are() throws Exception {
    var network = Network.of(file(LOCAL).toString());

    assertThat(network.name()).isEqualTo("local");
    assertThat(network.chainId()).isEqualTo(31_337);
    assertThat(network.withdrawalDelayBlocks()).isEqualTo(40);
    assertThat(network.deallocationDelayBlocks()).isEqualTo(41);
    assertThat(network.allocationConfigurationDelayBlocks()).isEqualTo(15);
    assertThat(network.address(Contract.DELEGATION_MANAGER))
        .contains(new Address("0xdc64a140aa3e981100a9beca4e685f962f0cf6c9"));
    assertThat(network.contracts().get(Contract.STRATEGY_MANAGER))
        .extracting(Deployment::firstBlock)
        .isEqualTo(7L);
    assertThat(network.contracts().get(Contract.EIGEN_POD_MANAGER))
        .extracting(Deployment::firstBlock)
        .isEqualTo(9L);
    assertThat(network.contractAt("0xA513e6e4b8f2a923d98304ec87f64353c4d5c853"))
        .contains(Contract.EIGEN_POD_MANAGER);
    assertThat(network.contractAt("0x" + "00".repeat(20))).isEmpty();
  }

  @Test
  void mainnet_ships_with_the_product() throws Exception {
    var network = Network.of("mainnet");

    assertThat(network.chainId()).isEqualTo(1);
    assertThat(network.firstBlock()).isEqualTo(17_445_563);
    assertThat(network.contracts().keySet())
        .containsExactlyInAnyOrderElementsOf(
            java.util.Arrays.stream(Contract.values()).filter(Contract::isSingle).toList());
    assertThat(network.contracts().get(Contract.ALLOCATION_MANAGER))
        .extracting(Deployment::firstBlock)
        .isEqualTo(22_218_956L);
  }

  @Test
  void a_wrong_file_is_refused_with_line_key_and_value() throws Exception {
    refused(LOCAL.replace("slotSeconds", "slotSecs"), " line 4 `slotSecs`: unknown key");
    refused(LOCAL.replace("chainId: 31337\n", ""), ": `chainId` is missing");
    refused(
        LOCAL.replace("firstBlock: 7", "firstBlock: -7"),
        " line 3 firstBlock `-7`: expected a whole number from 0 to 4294967295");
    refused(
        LOCAL.replace("\"0x5fc8d32690", "\"0x5fc8d3269"),
        " line 10 contracts.StrategyManager `0x5fc8d3269cc91d4c39d9d3abcbd16989f875707`: expected"
            + " an address");
    refused(
        LOCAL.replace("  StrategyManager", "  StrategyManger"),
        " line 10 contracts `StrategyManger`: unknown key; expected one of DelegationManager");
    refused(
        LOCAL.replace(
            "0x5fc8d32690cc91d4c39d9d3abcbd16989f875707",
            "0xdc64a140aa3e981100a9beca4e685f962f0cf6c9"),
        " line 10 contracts.StrategyManager `0xdc64a140aa3e981100a9beca4e685f962f0cf6c9`: the"
            + " address of DelegationManager too");
    refused(LOCAL + "chainId: 1\n", " line 15 `chainId`: stands there twice");
    refused(
        LOCAL.replaceAll("  AllocationManager.*\n", ""), " contracts: missing: AllocationManager");
    refused("name: [local\n", " line 2 is not YAML: ");
    refused("", " is empty");
    refused("- local\n", " line 1: expected `key: value` lines");
  }

  private void refused(String text, String message) throws IOException {
    var file = file(text);
    assertThatThrownBy(() -> Network.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + "")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("network.yml"), text);
  }
}
