package io.moka.kubelet.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.kubelet.runtime.RuntimeFailure;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodFilesTest {

    private final PodFiles files = new PodFiles(List.of("10.96.0.10"), "cluster.local", Path.of("/etc/resolv.conf"));

    private String hostname(String name, String hostname, String subdomain, boolean full, String override) {
        return files.kernelHostname(new PodBuilder().withNewMetadata().withName(name).withNamespace("ns").endMetadata()
                .withNewSpec().withHostname(hostname).withSubdomain(subdomain).withSetHostnameAsFQDN(full).withHostnameOverride(override).endSpec().build());
    }

    @ParameterizedTest
    @CsvSource({
        "web, , , false, , web",
        "web, www, , false, , www",
        "web, www, sub, false, , www",
        "web, www, sub, true, , www.sub.ns.svc.cluster.local",
        "web, www, , true, , www",
        "web, www, sub, false, other.example.com, other.example.com"})
    void podSaysItsNameAndItsDomainWhereItShall(String name, String hostname, String subdomain, boolean full, String override, String expected) {
        assertEquals(expected, hostname(name, hostname, subdomain, full, override));
    }

    @Test
    void nameThatIsTooLongForTheKernelIsRefused() {
        var failure = assertThrows(RuntimeFailure.class, () -> hostname("web", "w".repeat(40), "sub", true, null));

        assertEquals("failed to construct FQDN from pod hostname and cluster domain, FQDN " + "w".repeat(40)
                + ".sub.ns.svc.cluster.local is too long (64 is the max, 65 characters requested)", failure.getMessage());
    }
}
