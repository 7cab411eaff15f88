package io.moka.kubelet.hollow;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The flags of hollow nodes.
public final class HollowOptions {

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "1", description = "With --runtime hollow: how many nodes this process is (${DEFAULT-VALUE}).")
    int nodes = 1;

    @Option(names = "--hollow-node-prefix", paramLabel = "NAME", defaultValue = "hollow",
            description = "With --runtime hollow: the nodes are NAME-1, NAME-2 and so on (${DEFAULT-VALUE}).")
    String prefix = "hollow";

    @Option(names = "--hollow-start-delay", paramLabel = "TIME", defaultValue = "200ms", converter = Time.class,
            description = "With --runtime hollow: a pod is Running and Ready so long after it was bound (${DEFAULT-VALUE}).")
    Duration startDelay = Duration.ofMillis(200);

    @Option(names = "--hollow-stop-delay", paramLabel = "TIME", defaultValue = "100ms", converter = Time.class,
            description = "With --runtime hollow: a pod is gone so long after its deletion, or after its grace where that is shorter (${DEFAULT-VALUE}).")
    Duration stopDelay = Duration.ofMillis(100);

    /// The range for tests of networks (RFC 2544) has room for 1,024 nodes of 110 pods, a part of the reserved class E for 8,192 more.
    static final String POD_CIDRS = "198.18.0.0/15,240.0.0.0/12";

    @Option(names = "--hollow-pod-cidr", paramLabel = "CIDR[,CIDR]", defaultValue = POD_CIDRS,
            description = "With --runtime hollow: made-up addresses of nodes and pods, of which each node gets a part; the next range is used when one is full (${DEFAULT-VALUE}).")
    String podCidr = POD_CIDRS;

    /// Converts `500ms`, `2s`, `5m`.
    static final class Time implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            var duration = HollowAnnotations.parse(text);
            if (duration == null) {
                throw new TypeConversionException("\"" + text + "\" is no time: write 500ms, 2s or 5m");
            }
            return duration;
        }
    }
}
