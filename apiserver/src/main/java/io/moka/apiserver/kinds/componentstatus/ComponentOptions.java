package io.moka.apiserver.kinds.componentstatus;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The ports of the components on this machine, for ComponentStatus and for proxied pages; upstream's ports by default.
public final class ComponentOptions {
    @Option(names = "--controller-manager-port", paramLabel = "PORT", defaultValue = "10257",
            description = "Where the controller manager of this machine tells ComponentStatus how it is (${DEFAULT-VALUE}).")
    int controllerManagerPort = 10257;

    @Option(names = "--scheduler-port", paramLabel = "PORT", defaultValue = "10259",
            description = "Where the scheduler of this machine tells ComponentStatus how it is (${DEFAULT-VALUE}).")
    int schedulerPort = 10259;

    @Option(names = "--component-certificate-authority", paramLabel = "FILE",
            description = "Authority of the certificates that components of this machine serve with; without it they are not verified.")
    public @Nullable Path certificateAuthority;

    @Option(names = "--proxy-port", paramLabel = "PORT", defaultValue = "10256",
            description = "Where the proxy of this machine serves its pages (${DEFAULT-VALUE}).")
    int proxyPort = 10256;

    public int controllersPort() {
        return controllerManagerPort;
    }

    public int proxyPort() {
        return proxyPort;
    }

    public int schedulerPort() {
        return schedulerPort;
    }
}
