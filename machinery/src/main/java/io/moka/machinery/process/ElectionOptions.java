package io.moka.machinery.process;

import io.moka.machinery.client.ApiClient;
import io.moka.machinery.leaderelection.LeaderElector;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags by which several copies of a component agree on one.
public final class ElectionOptions {

    @Option(names = "--leader-elect", negatable = true, defaultValue = "true", fallbackValue = "true",
            description = "Work only while holding the component's lease (${DEFAULT-VALUE}).")
    private boolean enabled = true;

    @Option(names = "--leader-elect-identity", paramLabel = "NAME",
            description = "Name under which to hold the lease; a restart under the same name leads at once. Default: the host name and a random part.")
    private @Nullable String identity;

    public boolean enabled() {
        return enabled;
    }

    public LeaderElector elector(ApiClient client, String lease) throws UnknownHostException {
        var holder = identity != null ? identity : InetAddress.getLocalHost().getHostName() + "_" + UUID.randomUUID();
        return new LeaderElector(client, "kube-system", lease, holder, InstantSource.system());
    }
}
