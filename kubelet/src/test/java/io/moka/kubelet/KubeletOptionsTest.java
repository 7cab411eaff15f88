package io.moka.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.kubelet.container.ContainerDefaults;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class KubeletOptionsTest {

    private static KubeletOptions parsed(String... flags) {
        var options = new KubeletOptions();
        var required = Stream.of("--tls-cert-file=server.crt", "--tls-private-key-file=server.key", "--client-ca-file=ca.crt");
        new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(Stream.concat(required, Stream.of(flags)).toArray(String[]::new));
        return options;
    }

    @Test
    void containersAreConfinedAndBoundedUnlessFlagsSayOtherwise() {
        assertEquals(new ContainerDefaults(true, 4_096, 10 << 20, 5), parsed().containerDefaults());
        assertEquals(new ContainerDefaults(false, 0, 1 << 20, 2), parsed("--seccomp-default=false", "--pod-max-pids=-1", "--container-log-max-size=1Mi",
                "--container-log-max-files=2").containerDefaults());
    }

    @Test
    void serverGivesSlowClientsHalfAMinute() {
        assertEquals(30, parsed().address().patience().toSeconds());
    }
}
