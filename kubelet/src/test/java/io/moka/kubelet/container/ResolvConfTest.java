package io.moka.kubelet.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolvConfTest {

    @TempDir
    Path folder;

    private ResolvConf resolvConf;

    @BeforeEach
    void writeNodeFile() throws IOException {
        var file = folder.resolve("resolv.conf");
        Files.writeString(file, "# by hand\nnameserver 192.0.2.1\nsearch example.org\noptions timeout:2\n");
        resolvConf = new ResolvConf(List.of("10.96.0.10"), "cluster.local", file);
    }

    @ParameterizedTest
    @CsvSource({
        "ClusterFirst, false, 'search web.svc.cluster.local svc.cluster.local cluster.local example.org|nameserver 10.96.0.10|options ndots:5|'",
        "ClusterFirst, true, 'search example.org|nameserver 192.0.2.1|options timeout:2|'",
        "ClusterFirstWithHostNet, true, 'search web.svc.cluster.local svc.cluster.local cluster.local example.org|nameserver 10.96.0.10|options ndots:5|'",
        "Default, false, 'search example.org|nameserver 192.0.2.1|options timeout:2|'",
        "None, false, ''"})
    void policyDecides(String policy, boolean hostNetwork, String expected) throws IOException {
        var pod = new PodBuilder().withNewMetadata().withNamespace("web").endMetadata().withNewSpec().withDnsPolicy(policy).withHostNetwork(hostNetwork).endSpec().build();

        assertEquals(expected.replace('|', '\n'), resolvConf.form(pod).content());
    }

    private static String names(int count, String suffix) {
        return IntStream.range(0, count).mapToObj(i -> "d" + i + suffix).collect(Collectors.joining(" "));
    }

    @Test
    void whatExceedsTheLimitsIsLeftOutAndTold() throws IOException {
        var pod = new PodBuilder().withNewMetadata().withNamespace("web").endMetadata().withNewSpec().withNewDnsConfig()
                .withNameservers("192.0.2.2", "192.0.2.3", "192.0.2.4").withSearches(names(40, ".org").split(" ")).endDnsConfig().endSpec().build();

        var formed = resolvConf.form(pod);

        var searches = "web.svc.cluster.local svc.cluster.local cluster.local example.org " + names(28, ".org");
        assertEquals("search " + searches + "\nnameserver 10.96.0.10\nnameserver 192.0.2.2\nnameserver 192.0.2.3\noptions ndots:5\n", formed.content());
        assertEquals(List.of(new ResolvConf.Warning("DNSConfigForming", "Search Line limits were exceeded, some search paths have been omitted, the applied search line is: " + searches),
                new ResolvConf.Warning("DNSConfigForming", "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.96.0.10 192.0.2.2 192.0.2.3")),
                formed.warnings());
    }

    @Test
    void theSearchListIsCutByItsLength() throws IOException {
        var pod = new PodBuilder().withNewMetadata().withNamespace("web").endMetadata().withNewSpec().withDnsPolicy("None").withNewDnsConfig()
                .withNameservers("192.0.2.2").withSearches(names(12, "." + "x".repeat(60).concat(".").repeat(3) + "org").split(" ")).endDnsConfig().endSpec().build();

        var line = resolvConf.form(pod).content().lines().findFirst().orElseThrow();

        assertTrue(line.length() <= "search ".length() + 2048 && line.split(" ").length == 11, line);
        assertEquals(1, resolvConf.form(pod).warnings().size());
    }

    @Test
    void withoutClusterDnsThePolicyFallsBackAndAnEventSaysSo() throws IOException {
        var pod = new PodBuilder().withNewMetadata().withName("a").withNamespace("web").withUid("u1").endMetadata().withNewSpec().endSpec().build();

        var formed = new ResolvConf(List.of(), "cluster.local", folder.resolve("resolv.conf")).form(pod);

        assertEquals("search example.org\nnameserver 192.0.2.1\noptions timeout:2\n", formed.content());
        assertEquals("MissingClusterDNS", formed.warnings().getFirst().reason());
    }

    @Test
    void configurationIsAdded() throws IOException {
        var pod = new PodBuilder().withNewMetadata().withNamespace("web").endMetadata().withNewSpec().withDnsPolicy("Default").withNewDnsConfig()
                .withNameservers("192.0.2.9").withSearches("more.org").addNewOption("timeout", "7").addNewOption("edns0", null).endDnsConfig().endSpec().build();

        assertEquals("search example.org more.org\nnameserver 192.0.2.1\nnameserver 192.0.2.9\noptions timeout:7 edns0\n", resolvConf.form(pod).content());
    }
}
