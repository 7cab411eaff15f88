package io.moka.machinery.process;

import io.moka.machinery.client.ApiClient;
import io.moka.machinery.leaderelection.HolderIdentity;
import io.moka.machinery.leaderelection.LeaderElector;
import io.moka.machinery.time.GoDuration;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/// The flags of the leader election among several copies of a component.
public final class ElectionOptions {

    @Option(names = "--leader-elect", negatable = true, defaultValue = "true", fallbackValue = "true",
            description = "Work only while holding the component's lease (${DEFAULT-VALUE}).")
    private boolean enabled = true;

    @Option(names = "--leader-elect-identity", paramLabel = "NAME",
            description = "Name under which to hold the lease; the process's own number is added. Under the same name a new process on this machine leads at once if the last one has ended. Default: the host name.")
    private @Nullable String identity;

    @Option(names = "--leader-elect-lease-duration", paramLabel = "TIME", defaultValue = "12s", converter = Time.class,
            description = "How long after its last renewal another process takes the lease (${DEFAULT-VALUE}).")
    private Duration leaseDuration = LeaderElector.Times.STANDARD.lease();

    @Option(names = "--leader-elect-renew-deadline", paramLabel = "TIME", defaultValue = "9s", converter = Time.class,
            description = "How long after its last renewal a leader stops; shorter than the lease (${DEFAULT-VALUE}).")
    private Duration renewDeadline = LeaderElector.Times.STANDARD.renewDeadline();

    @Option(names = "--leader-elect-retry-period", paramLabel = "TIME", defaultValue = "2s", converter = Time.class,
            description = "The pause after a renewal that failed; a leader renews each second period (${DEFAULT-VALUE}).")
    private Duration retryPeriod = LeaderElector.Times.STANDARD.retry();

    /// Reads `10s`, `1m30s`.
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return GoDuration.parse(text);
        }
    }

    public boolean enabled() {
        return enabled;
    }

    /// @throws IllegalArgumentException when the times do not go together
    public LeaderElector elector(ApiClient client, String lease) throws UnknownHostException {
        var holder = identity != null ? identity : InetAddress.getLocalHost().getHostName();
        return new LeaderElector(client, "kube-system", lease, HolderIdentity.ofThisProcess(holder), InstantSource.system(),
                new LeaderElector.Times(leaseDuration, renewDeadline, retryPeriod));
    }
}
