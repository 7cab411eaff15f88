package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// What the flags of `moka up` change in the settings of a cluster, and what `cluster.json` keeps of them.
class UpSettingsTest {

    @TempDir
    private Path folder;

    private Layout layout;

    @BeforeEach
    void name() {
        layout = new Layout(folder, "home");
    }

    private Settings up(String... flags) throws IOException {
        var command = new UpCommand();
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(flags);
        return command.settings(layout);
    }

    private String refused(String... flags) {
        return assertThrows(ClusterException.class, () -> up(flags)).getMessage();
    }

    @Test
    void theFirstStartDecidesAndLaterStartsKeepIt() throws IOException {
        var first = up("--port-base", "5000", "--pod-cidr", "10.1.0.0/16", "--hollow", "3", "--proxy-mode", "IPVS", "--ipvs-scheduler", "wlc", "--no-dns",
                "--kubelet-arg=--max-pods=20", "--kubelet-arg=--v=4");
        assertEquals(5002, first.ports().apiserver());
        assertEquals("10.1.0.0/16", first.podCidr());
        assertEquals("10.177.0.0/16", first.serviceCidr());
        assertEquals(List.of("--max-pods=20", "--v=4"), first.kubeletArguments());
        assertEquals("ipvs wlc 3 true", first.proxyMode() + " " + first.ipvsScheduler() + " " + first.hollowNodes() + " " + first.withoutDns());
        assertEquals(first, Settings.require(layout), "the file has what the start used");
        assertEquals(first, up(), "a start without flags changes nothing");
        assertEquals(first, up("--port-base", "7000", "--pod-cidr", "10.9.0.0/16"), "addresses and ports hold from the first start on");
    }

    @Test
    void laterFlagsChangeTheirOwnSettingAlone() throws IOException {
        var first = up("--port-base", "5000", "--proxy-mode", "ipvs", "--ipvs-scheduler", "sh", "--kubelet-arg=--v=4");
        assertEquals(first.withHollowNodes(2), up("--hollow", "2"));
        assertEquals(first, up("--hollow", "0"));
        assertEquals(first.withoutDns(true), up("--no-dns"));
        assertEquals(first, up("--dns"));
        assertEquals(first.withProxyMode("userspace", "sh"), up("--proxy-mode", "userspace"), "the scheduler waits for the next ipvs");
        assertEquals(first.withProxyMode("ipvs", "lc"), up("--proxy-mode", "ipvs", "--ipvs-scheduler", "LC"));
        assertEquals(List.of(), up("--kubelet-arg").kubeletArguments(), "the flag alone takes the others away");
        assertEquals(List.of("--v=2"), up("--kubelet-arg=--v=2").kubeletArguments());
    }

    /// A refused first start that left its settings behind would decide for the corrected one.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --hollow=-1                                       | --hollow must be between 0 and 5000
            --hollow=5001                                     | --hollow must be between 0 and 5000
            --port-base=80                                    | --port-base must be between 1024 and 64000
            --port-base=64001                                 | --port-base must be between 1024 and 64000
            --ipvs-scheduler=wlc                              | --ipvs-scheduler has no effect in proxy mode nftables; give --proxy-mode ipvs, too
            --proxy-mode=iptables --ipvs-scheduler=rr         | --ipvs-scheduler has no effect in proxy mode iptables; give --proxy-mode ipvs, too
            --pod-cidr=10.1.0.0                               | --pod-cidr 10.1.0.0: this is no range of IPv4 addresses; give one such as 10.1.0.0/16
            --pod-cidr=fd00::/64                              | --pod-cidr fd00::/64: this is no range of IPv4 addresses; give one such as 10.1.0.0/16
            --pod-cidr=10.256.0.0/16                          | --pod-cidr 10.256.0.0/16: this is no range of IPv4 addresses; give one such as 10.1.0.0/16
            --pod-cidr=10.1.0.0/25                            | --pod-cidr 10.1.0.0/25: the prefix must have 8 to 24 bits
            --service-cidr=10.2.0.0/29                        | --service-cidr 10.2.0.0/29: the prefix must have 12 to 28 bits
            --service-cidr=10.0.0.0/8                         | --service-cidr 10.0.0.0/8: the prefix must have 12 to 28 bits
            --service-cidr=10.2.0.1/16                        | --service-cidr 10.2.0.1/16: this is not the first address of a /16
            --pod-cidr=10.96.0.0/16                           | --pod-cidr 10.96.0.0/16 and --service-cidr 10.96.0.0/12 overlap; give two ranges that do not
            --pod-cidr=10.0.0.0/8 --service-cidr=10.9.0.0/16  | --pod-cidr 10.0.0.0/8 and --service-cidr 10.9.0.0/16 overlap; give two ranges that do not
            """)
    void aRefusedFirstStartLeavesNoSettings(String flags, String message) {
        assertEquals(message, refused(flags.split(" ")));
        assertFalse(Files.exists(layout.settings()));
    }

    @Test
    void aRefusedLaterStartChangesNothing() throws IOException {
        var first = up("--port-base", "5000");
        assertEquals("--hollow must be between 0 and 5000", refused("--no-dns", "--proxy-mode", "userspace", "--hollow", "9999"));
        assertEquals(first, Settings.require(layout));
    }

    @ParameterizedTest
    @CsvSource({"10.1.0.0/24, 10.2.0.16/28", "10.0.0.0/9, 10.128.0.0/12", "192.168.8.0/21, 192.168.16.0/20", "172.16.0.0/16, 172.17.0.0/16"})
    void rangesThatDoNotOverlapAreTaken(String pods, String services) throws IOException {
        var settings = up("--pod-cidr", pods, "--service-cidr", services);
        assertEquals(pods + " " + services, settings.podCidr() + " " + settings.serviceCidr());
        assertTrue(settings.nodePodCidr().startsWith(pods.substring(0, pods.lastIndexOf('.'))), settings.nodePodCidr());
    }

    @Test
    void theDnsServerHasTheTenthAddressOfTheServiceRange() throws IOException {
        assertEquals("10.2.0.26", up("--service-cidr", "10.2.0.16/28").serviceAddress(10));
    }

    @Test
    void theMachinesNewAddressIsWrittenAndNothingElse() throws IOException {
        var here = up("--port-base", "5000");
        var text = Files.readString(layout.settings());
        Files.writeString(layout.settings(), text.replace("\"" + here.nodeAddress() + "\"", "\"203.0.113.77\""));
        assertEquals(here, up());
        assertEquals(text, Files.readString(layout.settings()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hollowNodes", "proxyMode", "ipvsScheduler", "withoutDns", "kubeletArguments"})
    void fileOfAnOlderVersionLacksASettingAndMeansTheDefault(String setting) throws IOException {
        var settings = up("--port-base", "5000");
        remove(setting);
        assertEquals(settings, Settings.require(layout));
    }

    @ParameterizedTest
    @ValueSource(strings = {"node", "nodeAddress", "ports", "podCidr", "serviceCidr", "nodePorts", "bridge"})
    void fileThatLacksADecisionOfTheFirstStartIsRefused(String setting) throws IOException {
        up("--port-base", "5000");
        remove(setting);
        var message = assertThrows(ClusterException.class, () -> Settings.read(layout)).getMessage();
        assertTrue(message.contains(layout.settings() + " cannot be used") && message.endsWith("start another cluster with --name") && message.contains(setting), message);
        assertEquals(1, message.lines().count(), message);
    }

    private void remove(String setting) throws IOException {
        var mapper = new JsonMapper();
        var tree = (ObjectNode) mapper.readTree(layout.settings().toFile());
        assertTrue(tree.has(setting));
        tree.remove(setting);
        mapper.writeValue(layout.settings().toFile(), tree);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"node\": {}}", "{\"settingOfTheFuture\": 1}", "nonsense"})
    void aDamagedFileIsNamedInOneLine(String content) throws IOException {
        Files.createDirectories(layout.root());
        Files.writeString(layout.settings(), content);
        var run = ClusterFolder.moka(layout, "status");
        assertEquals(1, run.status());
        assertTrue(run.err().startsWith("moka: " + layout.settings() + " cannot be used: "), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void writingTheSettingsLeavesNoOtherFile() throws IOException {
        var settings = up("--port-base", "5000");
        settings.withHollowNodes(1).write(layout);
        try (var files = Files.list(layout.root())) {
            assertEquals(List.of(layout.settings()), files.toList());
        }
        assertNull(Settings.read(new Layout(folder, "hom")), "a name that is the beginning of another");
    }
}
