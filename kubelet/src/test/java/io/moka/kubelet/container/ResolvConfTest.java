package io.moka.kubelet.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

        assertEquals(expected.replace('|', '\n'), resolvConf.content(pod));
    }

    @Test
    void configurationIsAdded() throws IOException {
        var pod = new PodBuilder().withNewMetadata().withNamespace("web").endMetadata().withNewSpec().withDnsPolicy("Default").withNewDnsConfig()
                .withNameservers("192.0.2.9").withSearches("more.org").addNewOption("timeout", "7").addNewOption("edns0", null).endDnsConfig().endSpec().build();

        assertEquals("search example.org more.org\nnameserver 192.0.2.1\nnameserver 192.0.2.9\noptions timeout:7 edns0\n", resolvConf.content(pod));
    }
}
